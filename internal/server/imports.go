package server

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/importing"
)

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// registerImports adds what an import by upload offers as files. They are of the account that
// asks; for any other there is no such import.
func registerImports(mux *http.ServeMux, g *gate) {
	mux.Handle("GET /imports/{number}/plan.json", g.serveImportFile(g.Imports.PlanFile, "application/json"))
	mux.Handle("GET /imports/{number}/marked.xlsx", g.serveImportFile(g.Imports.MarkedFile, workbookType))
	mux.Handle("GET /template.xlsx", g.withExportAudit(g.permit(access.Import, http.HandlerFunc(g.serveTemplate))))
}

// serveTemplate downloads a workbook to fill in, with the tables of the parameter tables, in the
// language of the parameter lang, else of the browser.
func (g *gate) serveTemplate(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), g.Timeout)
	defer cancel()
	lang, query := acceptedLanguage(r), r.URL.Query()
	if given := query.Get("lang"); fault.Supported(given) {
		lang = fault.ParseLang(given)
	}
	tables := strings.FieldsFunc(query.Get("tables"), func(r rune) bool { return r == ',' })
	file, err := g.Imports.Template(catalog.BeginRequest(ctx, lang), tables)
	if err != nil {
		g.refuse(w, r, err)
		return
	}
	audit.Note(ctx, audit.Event{Action: access.Import, Verb: "export", Filter: "template"})
	writeFile(w, workbookType, file.Name, file.Data)
}

// serveImportFile downloads a file of an import.
func (g *gate) serveImportFile(load func(context.Context, int) (*importing.File, error), mediaType string) http.Handler {
	return g.withAudit(g.permit(access.Import, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), g.Timeout)
		defer cancel()
		number, _ := strconv.Atoi(r.PathValue("number")) // none has the number 0
		file, err := load(catalog.BeginRequest(ctx, acceptedLanguage(r)), number)
		if err != nil {
			g.refuse(w, r, err)
			return
		}
		writeFile(w, mediaType, file.Name, file.Data)
	})))
}

// writeFile answers with a file to keep, which no cache may hold.
func writeFile(w http.ResponseWriter, mediaType, name string, data []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(data) // fails only where the client has disconnected
}
