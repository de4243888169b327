package server

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/importing"
)

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// registerImports adds what an import by upload offers as files. They are of the account that
// asks; for any other there is no such import.
func registerImports(mux *http.ServeMux, g *gate) {
	mux.Handle("GET /imports/{number}/plan.json", g.serveImportFile(g.Imports.PlanFile, "application/json"))
	mux.Handle("GET /imports/{number}/marked.xlsx", g.serveImportFile(g.Imports.MarkedFile, workbookType))
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
