package server

import (
	"archive/zip"
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/service"
)

// serveOwnData downloads everything that is kept of who asks: a ZIP of the JSON document and
// its tables in CSV.
func (g *gate) serveOwnData(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), g.Timeout)
	defer cancel()
	data, err := g.Service.ExportMe(catalog.BeginRequest(ctx, acceptedLanguage(r)))
	if err != nil {
		g.refuse(w, r, err)
		return
	}
	archive, err := zipOf(data)
	if err != nil {
		g.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="zhitu-me.zip"`)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(archive)
}

func zipOf(data *service.OwnDataExport) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range append([]service.OwnDataCSVFile{{Name: "me.json", Text: data.JSON}}, data.Files...) {
		part, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: time.Now()})
		if err != nil {
			return nil, err
		}
		if _, err := part.Write([]byte(f.Text)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
