/* How this program was compiled, as far as the compiler tells. */
#pragma once

/* Clang tells by __has_feature(), GCC by macros. */
#if defined(__has_feature)
#define BUILD_HAS(feature) __has_feature(feature)
#else
#define BUILD_HAS(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || BUILD_HAS(address_sanitizer)
#define BUILD_SANITIZER "AddressSanitizer"
#elif defined(__SANITIZE_THREAD__) || BUILD_HAS(thread_sanitizer)
#define BUILD_SANITIZER "ThreadSanitizer"
#elif BUILD_HAS(memory_sanitizer)
#define BUILD_SANITIZER "MemorySanitizer"
#elif BUILD_HAS(undefined_behavior_sanitizer)
#define BUILD_SANITIZER "UndefinedBehaviorSanitizer"
#else
#define BUILD_SANITIZER ""
#endif

#ifdef __OPTIMIZE__
#define BUILD_OPTIMIZED 1
#else
#define BUILD_OPTIMIZED 0
#endif
