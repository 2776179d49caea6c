/* The compiled module: ``cleaner.compiled`` says what each function does. */

#include "native.h"

#ifndef SOURCES
#define SOURCES ""
#endif

Names names;

static PyMethodDef methods[] = {
    {"lines_of", lines_of, METH_VARARGS, lines_of_doc},
    {"scan", scan, METH_VARARGS, scan_doc},
    {"walk", walk, METH_VARARGS, walk_doc},
    {"blocks", blocks, METH_VARARGS, blocks_doc},
    {"removals", removals, METH_VARARGS, removals_doc},
    {"records", records, METH_VARARGS, records_doc},
    {"columns", columns, METH_VARARGS, columns_doc},
    {"changed", changed, METH_VARARGS, changed_doc},
    {"settle", settle, METH_VARARGS, settle_doc},
    {"replay", replay, METH_VARARGS, replay_doc},
    {"page_tree", page_tree, METH_VARARGS, page_tree_doc},
    {"path_scores", path_scores, METH_VARARGS, path_scores_doc},
    {"texts_in", texts_in, METH_VARARGS, texts_in_doc},
    {"block_columns", block_columns, METH_VARARGS, block_columns_doc},
    {"path_vectors", path_vectors, METH_VARARGS, path_vectors_doc},
    {"margins", margins, METH_VARARGS, margins_doc},
    {"word_shares", word_shares, METH_VARARGS, word_shares_doc},
    {"match_rows", match_rows, METH_VARARGS, match_rows_doc},
    {"text_measures", text_measures, METH_VARARGS, text_measures_doc},
    {"network", network, METH_VARARGS, network_doc},
    {"sentences", sentences, METH_VARARGS, sentences_doc},
    {"quotes", quotes, METH_VARARGS, quotes_doc},
    {"word_places", word_places, METH_VARARGS, word_places_doc},
    {"word_hashes", word_hashes, METH_VARARGS, word_hashes_doc},
    {"minhashes", minhashes, METH_VARARGS, minhashes_doc},
    {"sort_keys", sort_keys, METH_VARARGS, sort_keys_doc},
    {"bucket_pairs", bucket_pairs, METH_VARARGS, bucket_pairs_doc},
    {"add_weights", add_weights, METH_VARARGS, add_weights_doc},
    {"lead", lead, METH_VARARGS, lead_doc},
    {"places", places, METH_VARARGS, places_doc},
    {"compose", compose, METH_VARARGS, compose_doc},
    {"fields", fields, METH_VARARGS, fields_doc},
    {"is_partition", is_partition, METH_VARARGS, is_partition_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "cleaner._native",
    .m_doc = "The slowest loops, compiled.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__native(void)
{
    names.lower = PyUnicode_InternFromString("lower");
    names.mark = PyUnicode_InternFromString("<");
    if (!names.mark || !names.lower)
        return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddStringConstant(module, "sources", SOURCES) < 0)
        Py_CLEAR(module);
    return module;
}
