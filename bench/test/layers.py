"""Show that the layers of bench/ hold, with the commands that the build itself compiles with.

    layers.py BUILD_FOLDER

Each header compiles alone, as C17, with the include path of its own layer; the public ones as C++17,
too. A file of a layer that includes a header of a layer above it does not compile. No file names a
header by a path, which would get around that.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PUBLIC = {"error.h", "spec.h", "lockmodel.h", "gbench.h"}


def layers():
    """The folders of bench/ that are layers, from the lowest to the highest."""
    text = (ROOT / "bench/meson.build").read_text(encoding="utf-8")
    return [name for name in re.findall(r"^subdir\('(\w+)'\)", text, re.M) if name != "test"]


def compile_flags(build):
    """The compiler, and its include path and defines, for each folder of C sources."""
    flags = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        source = (build / entry["file"]).resolve()
        if "test" in source.parts or source.suffix not in (".c", ".cc"):
            continue
        words = shlex.split(entry["command"])
        kept = [word for word in words[1:] if re.match(r"-(I|isystem|D|std=)", word)]
        flags.setdefault(source.parent, (words[0], kept))
    return flags


def compiles(build, command, text, language):
    """Whether a file of this text compiles with the command."""
    compiler, flags = command
    standard = "-std=c++17" if language == "c++" else "-std=c17"
    flags = [flag for flag in flags if not flag.startswith("-std=")]
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(text)
        file.flush()
        return subprocess.run([compiler, "-x", language, standard, "-fsyntax-only", *flags,
                               file.name], cwd=build, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0


def headers(folder):
    """A layer's headers; registry.h is private to its folder."""
    return sorted(path.name for path in folder.glob("*.h") if path.name != "registry.h")


def alone(flags, names):
    """What has to compile: the command, the text, the language, and the fault if it does not."""
    for folder in [*(ROOT / "bench" / name for name in names), ROOT / "lockmodel/include"]:
        command = flags.get(folder) or flags[ROOT / "lockmodel"]
        for name in headers(folder):
            twice = 2 * f'#include "{folder / name}"\n'
            for language in ("c", "c++") if name in PUBLIC else ("c",):
                yield command, twice, language, f"{folder.name}/{name} does not compile alone"


def upward(flags, names):
    """For each layer a file that finds no header of a layer above it, or of the models'."""
    for place, lower in enumerate(names):
        above = [name for upper in names[place + 1:] for name in headers(ROOT / "bench" / upper)]
        text = "".join(f'#if __has_include("{name}")\n#error {name}\n#endif\n'
                       for name in [*above, "model.h", "os.h"])
        yield flags[ROOT / "bench" / lower], text, "c", f"{lower}/ can include upward"
    # What that rests on: including such a header is an error.
    yield (flags[ROOT / "bench" / names[0]],
           f'#if !__has_include("{headers(ROOT / "bench" / names[0])[0]}")\n#error\n#endif\n', "c",
           "__has_include() does not look at the include path")


def check(build, cases):
    """The faults of the cases that do not compile."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda case: compiles(build, *case[:3]), cases)
    return [case[3] for case, result in zip(cases, results) if not result]


def check_names(names):
    seen = {}
    for layer in names:
        for name in headers(ROOT / "bench" / layer):
            if name in seen:
                yield f"{layer}/{name} has the same name as {seen[name]}/{name}"
            seen[name] = layer
    for path in [*ROOT.glob("bench/**/*.[ch]"), *ROOT.glob("lockmodel/**/*.[ch]")]:
        for name in re.findall(r'^#include "(.*/.*)"', path.read_text(encoding="utf-8"), re.M):
            yield f"{path.relative_to(ROOT)} includes {name} by a path"


def main():
    build = pathlib.Path(sys.argv[1])
    names, flags = layers(), compile_flags(build)
    faults = [*check_names(names), *check(build, [*alone(flags, names), *upward(flags, names)])]
    print(*faults, sep="\n")
    print(f"{len(names)} layers, {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
