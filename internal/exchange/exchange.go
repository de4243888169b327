// Package exchange reads the files of experts into change sets, and writes a
// catalog back into such files. It uses no store.
//
// Reading has two steps. A reader of one format (files of text, sheets of workbooks)
// yields Tables: named rows of text. Decode, which is the same for every
// format, turns tables into a Document: the records as a change set, every
// problem of the cells, and for each record the row that it came from.
//
// What is guaranteed:
//
//   - One reading finds every problem; no problem hides another. A cell that
//     cannot be read leaves its field empty. Later checks of that field, row or
//     column are not reported again.
//   - Every problem names file, row and column as the file writes them, in a workbook
//     sheet and cell, and says what to do. Row is the number that a spreadsheet shows: the header is row 1,
//     blank rows count, and a cell with line breaks is still one row.
//   - No input makes it panic, and no message grows with the input.
//   - Write, then read: WriteFolder followed by Read gives the same catalog, people
//     and evidence, to the last bit of every number, for all that is accepted.
//     Only white space at the ends of a text is lost, as a cell does not keep it.
//
// Reading costs O(bytes): some 20,000 rows take a fraction of a second.
package exchange
