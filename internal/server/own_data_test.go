package server_test

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/server"
)

func TestDownloadOfOwnData(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{Token: token})
	require.NoError(t, s.accounts.PutSamples(access.WithViewer(t.Context(), access.System()), []account.Sample{{Login: "e", Name: "员工", Employee: "E"}}))
	session, err := s.accounts.SignInAs(t.Context(), "E", account.Client{})
	require.NoError(t, err)
	b := newBrowser(s)
	b.cookies["zhitu_session"] = session.Secret
	w := b.get("/me/export")
	require.Equal(t, 200, w.Code, w.Body)
	require.Equal(t, "application/zip", w.Header().Get("Content-Type"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	archive, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	require.NoError(t, err)
	texts := map[string]string{}
	for _, f := range archive.File {
		part, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(part)
		require.NoError(t, err)
		texts[f.Name] = string(text)
	}
	require.Contains(t, texts["me.json"], `"code": "E"`)
	require.Contains(t, texts["employee.csv"], "E,")

	require.Equal(t, 401, s.request("GET", "/me/export", "").Code)
	require.Equal(t, 403, s.request("GET", "/me/export", "", "Authorization", "Bearer "+token).Code, "no token has it")
	require.NotEqual(t, 200, b.get("/me/export", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").Code)
}
