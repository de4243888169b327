package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode"

	"github.com/zhitu/zhitu/internal/fault"
)

// The limits of a form.
const (
	maxCSVForm    = 256 << 10 // bytes
	maxCSVColumns = 200
	maxFileName   = 100 // characters
)

// csvForm is what a page sends for a download.
type csvForm struct {
	query     string
	variables map[string]any
	rows      string // dotted paths of lists, connections or objects in the answer, with commas between them
	key       string // path within a row by which several lists are joined
	columns   []csvColumn
	name      string // of the file
}

// readCSVForm reads and checks a form. Its field lang decides over the header Accept-Language.
func readCSVForm(w http.ResponseWriter, r *http.Request) (form csvForm, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxCSVForm)
	if err = r.ParseForm(); err == nil {
		if err = r.ParseMultipartForm(maxCSVForm); errors.Is(err, http.ErrNotMultipart) {
			err = nil
		}
	}
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return form, err
	}
	if err != nil {
		return form, badCSVForm("query")
	}
	if lang := r.PostForm.Get("lang"); fault.Supported(lang) {
		r.Header.Set("Accept-Language", lang)
	}
	form = csvForm{query: r.PostForm.Get("query"), variables: map[string]any{}, rows: r.PostForm.Get("rows"), key: r.PostForm.Get("key"), name: fileName(r.PostForm.Get("name"))}
	if text := r.PostForm.Get("variables"); text != "" && (decodeJSON(text, &form.variables) != nil || form.variables == nil) {
		return form, badCSVForm("variables")
	}
	if err := decodeJSON(r.PostForm.Get("columns"), &form.columns); err != nil || len(form.columns) == 0 || len(form.columns) > maxCSVColumns {
		return form, badCSVForm("columns")
	}
	if form.query == "" || form.rows == "" {
		return form, badCSVForm("query, rows")
	}
	return form, nil
}

// badCSVForm names the fields that are wrong.
func badCSVForm(fields string) error {
	return fault.New(fault.InvalidArgument,
		"check %s: the form has query, variables (JSON), rows (a path), key (a path), columns (JSON: a list of title, path and texts) and name",
		"请检查 %s：表单含 query、variables（JSON）、rows（路径）、key（路径）、columns（JSON 列表：title、path、texts）和 name", fields)
}

func decodeJSON(text string, into any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // a double would round large integers
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("more than one JSON value")
	}
	return nil
}

// fileName returns a name that every system takes, with its ending.
func fileName(name string) string {
	name = strings.Map(func(c rune) rune {
		switch {
		case !unicode.IsPrint(c) || c == unicode.ReplacementChar:
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, c):
			return '-'
		}
		return c
	}, strings.TrimSuffix(name, ".csv"))
	runes := []rune(strings.Trim(name, " ."))
	name = strings.TrimRight(string(runes[:min(len(runes), maxFileName)]), " .")
	if name == "" {
		name = "zhitu"
	}
	return name + ".csv"
}
