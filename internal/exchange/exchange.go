// Package exchange turns the files that experts keep into change sets, and a
// catalog back into such files. It knows nothing of stores.
//
// Reading has two steps. A reader of one format (today a folder of CSV files)
// yields Tables: named rows of text. Decode, which is the same for every
// format, turns tables into a Document: the records as a change set, every
// problem of the cells, and for each record the row that it came from.
//
// What is guaranteed:
//
//   - Every problem is found in one reading; none stops the others from being
//     found. A cell that cannot be read leaves its field empty, and what later
//     checks say about such a field, row or column is not repeated.
//   - Every problem names file, row and column, in the words of the file, and
//     says what to do. Row is the number that a spreadsheet shows: the header is
//     row 1, blank rows count, and a cell with line breaks is still one row.
//   - No bytes make it panic, and no message grows with the input.
//   - WriteFolder, then Read gives the same catalog and people, to the last bit
//     of every number, for all that Catalog.Check accepts (texts without white
//     space at their ends, which a cell does not keep).
//
// Reading costs O(bytes): some 20,000 rows take a fraction of a second.
package exchange
