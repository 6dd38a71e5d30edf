/*
 * See codec.h: CBOR (RFC 8949) by libcbor (https://github.com/PJK/libcbor). `flat` is one byte string
 * of all records; `nested` is an array of maps, each with a number, a text and an array of numbers.
 */
#include "codec.h"

#include <cbor.h>
#include <string.h>

/* More than a map with its keys and values takes, and than what surrounds all of them. */
enum { RECORD_BOUND = 128, HEAD_BOUND = 64 };

enum { PAIRS = 3 };

static const char *const keys[PAIRS] = { "id", "name", "values" };

static size_t bound(size_t count)
{
	return HEAD_BOUND + count * RECORD_BOUND;
}

/* Serialises an item, and gives it up. */
static size_t serialise(cbor_item_t *item, void *bytes, size_t size)
{
	if (!item) {
		return 0;
	}
	size_t length = cbor_serialize(item, bytes, size);
	cbor_decref(&item);
	return length;
}

/* NULL unless the bytes are one item and nothing else. */
static cbor_item_t *load(const void *bytes, size_t size)
{
	struct cbor_load_result result;
	cbor_item_t *item = cbor_load(bytes, size, &result);
	if (item && result.read != size) {
		cbor_decref(&item);
	}
	return item;
}

/* --- flat ------------------------------------------------------------------------------------- */

static size_t encode_flat(const struct record *records, size_t count, void *bytes, size_t size)
{
	return serialise(
		cbor_build_bytestring((cbor_data)records, count * sizeof(*records)), bytes, size);
}

static bool decode_flat(const void *bytes, size_t size, struct record *records, size_t count)
{
	cbor_item_t *item = load(bytes, size);
	if (!item) {
		return false;
	}
	bool right = cbor_isa_bytestring(item) && cbor_bytestring_is_definite(item) &&
		     cbor_bytestring_length(item) == count * sizeof(*records);
	if (right) {
		memcpy(records, cbor_bytestring_handle(item), count * sizeof(*records));
	}
	cbor_decref(&item);
	return right;
}

/* --- nested: encode --------------------------------------------------------------------------- */

/* Each takes `item` over, which may be NULL. False if out of memory. */
static bool append(cbor_item_t *array, cbor_item_t *item)
{
	bool done = item && cbor_array_push(array, item);
	if (item) {
		cbor_decref(&item);
	}
	return done;
}

static bool put(cbor_item_t *map, const char *key, cbor_item_t *item)
{
	cbor_item_t *name = cbor_build_string(key);
	bool done = name && item && cbor_map_add(map, (struct cbor_pair){ name, item });
	if (name) {
		cbor_decref(&name);
	}
	if (item) {
		cbor_decref(&item);
	}
	return done;
}

static cbor_item_t *build_values(const struct record *record)
{
	cbor_item_t *array = cbor_new_definite_array(MESSAGE_VALUES);
	for (size_t i = 0; array && i < MESSAGE_VALUES; i++) {
		if (!append(array, cbor_build_float8(record->values[i]))) {
			cbor_decref(&array);
		}
	}
	return array;
}

static cbor_item_t *build_record(const struct record *record)
{
	cbor_item_t *map = cbor_new_definite_map(PAIRS);
	bool done = map && put(map, keys[0], cbor_build_uint64(record->id)) &&
		    put(map, keys[1], cbor_build_string(record->name)) &&
		    put(map, keys[2], build_values(record));
	if (map && !done) {
		cbor_decref(&map);
	}
	return map;
}

static size_t encode_nested(const struct record *records, size_t count, void *bytes, size_t size)
{
	cbor_item_t *array = cbor_new_definite_array(count);
	for (size_t i = 0; array && i < count; i++) {
		if (!append(array, build_record(&records[i]))) {
			cbor_decref(&array);
		}
	}
	return serialise(array, bytes, size);
}

/* --- nested: decode --------------------------------------------------------------------------- */

static bool take_id(cbor_item_t *item, struct record *record)
{
	if (!cbor_isa_uint(item) || cbor_int_get_width(item) != CBOR_INT_64) {
		return false;
	}
	record->id = cbor_get_uint64(item);
	return true;
}

static bool take_name(cbor_item_t *item, struct record *record)
{
	if (!cbor_isa_string(item) || !cbor_string_is_definite(item) ||
		cbor_string_length(item) >= MESSAGE_NAME_MAX) {
		return false;
	}
	memset(record->name, 0, sizeof(record->name));
	memcpy(record->name, cbor_string_handle(item), cbor_string_length(item));
	return true;
}

static bool take_values(cbor_item_t *item, struct record *record)
{
	if (!cbor_isa_array(item) || cbor_array_size(item) != MESSAGE_VALUES) {
		return false;
	}
	cbor_item_t **values = cbor_array_handle(item);
	for (size_t i = 0; i < MESSAGE_VALUES; i++) {
		if (!cbor_isa_float_ctrl(values[i]) ||
			cbor_float_get_width(values[i]) != CBOR_FLOAT_64) {
			return false;
		}
		record->values[i] = cbor_float_get_float8(values[i]);
	}
	return true;
}

static bool is_key(cbor_item_t *item, const char *key)
{
	return cbor_isa_string(item) && cbor_string_is_definite(item) &&
	       cbor_string_length(item) == strlen(key) &&
	       memcmp(cbor_string_handle(item), key, strlen(key)) == 0;
}

static bool take_record(cbor_item_t *item, struct record *record)
{
	if (!cbor_isa_map(item) || cbor_map_size(item) != PAIRS) {
		return false;
	}
	struct cbor_pair *pairs = cbor_map_handle(item);
	for (size_t i = 0; i < PAIRS; i++) {
		if (!is_key(pairs[i].key, keys[i])) {
			return false;
		}
	}
	return take_id(pairs[0].value, record) && take_name(pairs[1].value, record) &&
	       take_values(pairs[2].value, record);
}

static bool take_records(cbor_item_t *item, struct record *records, size_t count)
{
	if (!cbor_isa_array(item) || cbor_array_size(item) != count) {
		return false;
	}
	cbor_item_t **items = cbor_array_handle(item);
	for (size_t i = 0; i < count; i++) {
		if (!take_record(items[i], &records[i])) {
			return false;
		}
	}
	return true;
}

static bool decode_nested(const void *bytes, size_t size, struct record *records, size_t count)
{
	cbor_item_t *item = load(bytes, size);
	bool right = item && take_records(item, records, count);
	if (item) {
		cbor_decref(&item);
	}
	return right;
}

/* --- the list --------------------------------------------------------------------------------- */

static const struct codec codecs[] = {
	{ "flat", bound, encode_flat, decode_flat },
	{ "nested", bound, encode_nested, decode_nested },
};

const struct codec *codec_at(size_t index)
{
	return index < sizeof(codecs) / sizeof(codecs[0]) ? &codecs[index] : NULL;
}

const char *codec_library(void)
{
	return "libcbor " CBOR_VERSION;
}
