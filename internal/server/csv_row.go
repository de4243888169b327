package server

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/spreadsheet"
)

// csvColumn is a column of a download.
type csvColumn struct {
	Title string            `json:"title"`
	Path  string            `json:"path"`  // within a row, such as node.orgUnit.name; through lists to all their items, or to one by its number from 0
	Texts map[string]string `json:"texts"` // of values, such as those of an enum
}

// cell returns what a row has in the column: numbers as they are, several values with
// semicolons between them, and nothing for null.
func (c csvColumn) cell(row any) string {
	values := valuesAt(nil, row, strings.Split(c.Path, "."))
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = textOf(v)
		if text, ok := c.Texts[texts[i]]; ok {
			texts[i], values[i] = text, text
		}
	}
	if len(values) == 1 {
		if _, isNumber := values[0].(json.Number); isNumber {
			return texts[0]
		}
	}
	return spreadsheet.Text(strings.Join(texts, "; "))
}

// valuesAt appends the values that are found by a path, other than null. No field of GraphQL
// is a number, so a number is a place in a list.
func valuesAt(found []any, v any, path []string) []any {
	switch v := v.(type) {
	case nil:
		return found
	case []any:
		if len(path) > 0 {
			if i, err := strconv.Atoi(path[0]); err == nil {
				if i < 0 || i >= len(v) {
					return found
				}
				return valuesAt(found, v[i], path[1:])
			}
		}
		for _, item := range v {
			found = valuesAt(found, item, path)
		}
		return found
	case map[string]any:
		if len(path) > 0 {
			return valuesAt(found, v[path[0]], path[1:])
		}
		return append(found, v)
	}
	if len(path) > 0 {
		return found
	}
	return append(found, v)
}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // what was JSON becomes JSON
	return strings.TrimSpace(text.String())
}

// csvPage is a part of the rows of a download.
type csvPage struct {
	rows []any
	next string // cursor after which there are more; empty for the last page
	all  int64  // how many rows there are on all pages, where the query asks for that
}

// findRows returns the rows that an answer has at a path: those of a list, of the nodes of a
// connection, or an object as the only one. The page of a connection has to say whether there are more, or a part of it
// would look whole.
func findRows(data any, path string) (csvPage, error) {
	segments := strings.Split(path, ".")
	var parent any
	last := ""
	for _, segment := range segments {
		object, ok := data.(map[string]any)
		if data == nil && parent != nil {
			return csvPage{}, nil // there is none of what would have rows
		}
		if data, last, parent = object[segment], segment, object; !ok {
			return csvPage{}, noRows(path)
		}
		if _, known := object[segment]; !known {
			return csvPage{}, noRows(path)
		}
	}
	if object, ok := data.(map[string]any); ok {
		nodes, isConnection := object["nodes"]
		if !isConnection {
			return csvPage{rows: []any{object}}, nil
		}
		parent, last, data = object, "nodes", nodes
	}
	rows, ok := data.([]any)
	if !ok && data != nil {
		return csvPage{}, noRows(path)
	}
	info, paged := parent.(map[string]any)["pageInfo"].(map[string]any)
	if !paged {
		if last == "nodes" || last == "edges" {
			return csvPage{}, noPageInfo()
		}
		return csvPage{rows: rows}, nil
	}
	more, known := info["hasNextPage"].(bool)
	cursor, selected := info["endCursor"]
	if !known || !selected {
		return csvPage{}, noPageInfo()
	}
	page := csvPage{rows: rows}
	if total, ok := parent.(map[string]any)["totalCount"].(json.Number); ok {
		page.all, _ = total.Int64()
	}
	if more {
		page.next, _ = cursor.(string)
	}
	return page, nil
}

func noRows(path string) error {
	return fault.New(fault.InvalidArgument, "rows names no list of the answer: %s", "rows 指向的不是结果中的列表：%s", competency.Quote(path))
}

func noPageInfo() error {
	return fault.New(fault.InvalidArgument, "select pageInfo { hasNextPage endCursor } beside the rows", "请在行数据旁选择 pageInfo { hasNextPage endCursor }")
}
