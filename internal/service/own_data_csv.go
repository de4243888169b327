package service

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/spreadsheet"
)

// csvFiles returns the tables of a document: one for each of its fields that is a record or
// a list of records.
func csvFiles(data any) (files []OwnDataCSVFile) {
	all := reflect.ValueOf(data)
	for i := range all.NumField() {
		name, rows := columnName(all.Type().Field(i)), all.Field(i)
		row := rows.Type()
		switch {
		case rows.Kind() == reflect.Slice:
			row = row.Elem()
		case row == reflect.TypeFor[time.Time]():
			continue
		}
		files = append(files, OwnDataCSVFile{name + ".csv", csvText(row, rows)})
	}
	return files
}

// csvText writes records of a type, whose columns are its fields.
func csvText(row reflect.Type, rows reflect.Value) string {
	var text strings.Builder
	w := spreadsheet.NewWriter(&text)
	write := func(cell func(i int) string) {
		line := make([]string, row.NumField())
		for i := range line {
			line[i] = cell(i)
		}
		_ = w.Write(line) // a builder does not fail
	}
	write(func(i int) string { return columnName(row.Field(i)) })
	if rows.Kind() != reflect.Slice {
		write(func(i int) string { return csvCell(rows.Field(i)) })
	} else {
		for n := range rows.Len() {
			write(func(i int) string { return csvCell(rows.Index(n).Field(i)) })
		}
	}
	_ = w.Flush()
	return text.String()
}

func columnName(f reflect.StructField) string { return f.Tag.Get("json") }

// csvCell writes a value.
func csvCell(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano)
	case []string:
		return spreadsheet.Text(strings.Join(value, ";"))
	case string:
		return spreadsheet.Text(value)
	default:
		return fmt.Sprint(value)
	}
}
