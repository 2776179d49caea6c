/* Twin of ``cleaner.reading.json_text.json_text``: a JSON string as UTF-8, without a string of Python's between. */

#include "native.h"

static const uint64_t EACH = 0x0101010101010101u, HIGH = 0x8080808080808080u;

/* The number of four hexadecimal digits; -1 where they are none. */
static int32_t hexadecimal(const unsigned char *digits)
{
    int32_t number = 0;
    for (int at = 0; at < 4; at++) {
        unsigned char digit = digits[at], letter = digit | 0x20;
        if (digit >= '0' && digit <= '9')
            number = number << 4 | (digit - '0');
        else if (letter >= 'a' && letter <= 'f')
            number = number << 4 | (letter - 'a' + 10);
        else
            return -1;
    }
    return number;
}

/* Writes *character*, and returns how many bytes that took. */
static Py_ssize_t write_character(uint32_t character, unsigned char *target)
{
    if (character < 0x80) {
        target[0] = character;
        return 1;
    }
    Py_ssize_t more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    for (Py_ssize_t at = more; at > 0; at--, character >>= 6)
        target[at] = 0x80 | (character & 0x3f);
    target[0] = (0xff00u >> (more + 1)) | character;
    return more + 1;
}

/* How many bytes the character at *at* has, which is not ASCII; 0 where it is no UTF-8. */
static Py_ssize_t width_of(const unsigned char *at, const unsigned char *end)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    Py_ssize_t more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
    if (*at < 0xc2 || *at > 0xf4 || end - at <= more)
        return 0;
    uint32_t character = *at & (0x3f >> more);
    for (Py_ssize_t byte = 1; byte <= more; byte++) {
        if ((at[byte] & 0xc0) != 0x80)
            return 0;
        character = character << 6 | (at[byte] & 0x3f);
    }
    int is_one = character >= least[more] && character <= 0x10ffff && (character < 0xd800 || character > 0xdfff);
    return is_one ? more + 1 : 0;
}

/* Reads the escape at *at* and writes what it stands for; how many bytes it has, 0 where it is none or half a pair. */
static Py_ssize_t unescape(const unsigned char *at, const unsigned char *end, unsigned char **target)
{
    static const char characters[0x80] = {['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b',
                                          ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    if (end - at >= 2 && at[1] < 0x80 && characters[at[1]]) {
        *(*target)++ = characters[at[1]];
        return 2;
    }
    int32_t one = end - at < 6 || at[1] != 'u' ? -1 : hexadecimal(at + 2);
    if (one < 0 || (one >= 0xdc00 && one <= 0xdfff))
        return 0;
    if (one < 0xd800 || one > 0xdbff) {
        *target += write_character(one, *target);
        return 6;
    }
    int32_t two = end - at < 12 || at[6] != '\\' || at[7] != 'u' ? -1 : hexadecimal(at + 8);
    if (two < 0xdc00 || two > 0xdfff)
        return 0;
    *target += write_character(0x10000 + ((one - 0xd800) << 10) + (two - 0xdc00), *target);
    return 12;
}

/* Which byte of eight, in the order of memory, has the lowest bit; 0 where the compiler does not tell. */
static Py_ssize_t first_of(uint64_t bits)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_ctzll(bits) >> 3;
#else
    (void)bits;
    return 0;
#endif
}

/* Copies what stands for itself, up to the first byte that may not; no escape is shorter than what it stands for, so
   the target has as much room as is left of the source. */
static const unsigned char *copy_plain(const unsigned char *at, const unsigned char *end, unsigned char **target)
{
    while (end - at >= 8) {
        uint64_t eight;
        memcpy(&eight, at, 8);
        memcpy(*target, at, 8);
        uint64_t quote = eight ^ (EACH * '"'), slash = eight ^ (EACH * '\\');
        uint64_t found = ((quote - EACH) & ~quote) | ((slash - EACH) & ~slash) | ((eight - EACH * ' ') & ~eight) | eight;
        found &= HIGH; /* its lowest bit is that of the first byte that may not; higher ones may err */
        Py_ssize_t good = found ? first_of(found) : 8;
        at += good;
        *target += good;
        if (good < 8)
            break;
    }
    while (at < end && *at >= ' ' && *at < 0x80 && *at != '"' && *at != '\\')
        *(*target)++ = *at++;
    return at;
}

const char json_text_doc[] = "json_text(string) -> its text in UTF-8, None where msgspec has to decide";

PyObject *json_text(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    Py_buffer string;
    if (!PyArg_ParseTuple(arguments, "y*", &string))
        return NULL;
    const unsigned char *at = string.buf, *end = at + string.len - 1;
    int is_good = string.len >= 2 && *at == '"' && *end == '"';
    PyObject *made = is_good ? PyBytes_FromStringAndSize(NULL, string.len) : NULL;
    if (is_good && made) {
        unsigned char *begin = (unsigned char *)PyBytes_AS_STRING(made), *target = begin;
        at++;
        while (is_good && (at = copy_plain(at, end, &target)) < end) {
            Py_ssize_t width = *at == '\\' ? unescape(at, end, &target) : *at >= 0x80 ? width_of(at, end) : 0;
            is_good = width > 0;
            if (*at >= 0x80) {
                memcpy(target, at, width);
                target += width;
            }
            at += width;
        }
        if (is_good)
            _PyBytes_Resize(&made, target - begin);
        else
            Py_CLEAR(made);
    }
    PyBuffer_Release(&string);
    return is_good ? made : Py_NewRef(Py_None);
}
