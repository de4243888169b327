package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// writeCertificate writes cert.pem and key.pem for this machine, and returns who trusts them.
func (sh shell) writeCertificate() *x509.CertPool {
	sh.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(sh.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(sh.t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(sh.t, err)
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	sh.writeFile("cert.pem", string(cert))
	sh.writeFile("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	pool := x509.NewCertPool()
	require.True(sh.t, pool.AppendCertsFromPEM(cert))
	return pool
}

// Over TLS, below a path and for other machines: the whole way of a person who is invited.
func TestServeTLS(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	pool := sh.writeCertificate()
	link := sh.inviteAdministrator("https://127.0.0.1/zhitu")
	require.True(t, strings.HasPrefix(link, "https://127.0.0.1/zhitu/invite#"), link)
	s := sh.serve("--listen", "0.0.0.0:0", "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--base-path", "/zhitu/", "--frame-ancestors", "https://lms.example.com")
	require.True(t, strings.HasPrefix(s.url, "https://"), s.url)
	require.True(t, strings.HasSuffix(s.url, "/zhitu"), s.url)
	address, err := url.Parse(s.url)
	require.NoError(t, err)
	base := "https://127.0.0.1:" + address.Port() + "/zhitu"

	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	accepted, err := client.PostForm(base+"/invite", url.Values{"secret": {link[strings.Index(link, "#")+1:]}, "password": {testPassword}, "again": {testPassword}})
	require.NoError(t, err)
	require.NoError(t, accepted.Body.Close())
	require.Equal(t, []any{http.StatusSeeOther, "/zhitu/", "HTTP/2.0"}, []any{accepted.StatusCode, accepted.Header.Get("Location"), accepted.Proto})
	require.Regexp(t, `^__Host-zhitu_session=[^;]+; Path=/; HttpOnly; Secure; SameSite=None; Partitioned$`, accepted.Header.Get("Set-Cookie"))
	answer, err := client.Post(base+"/graphql", "application/json", strings.NewReader(`{"query":"{ me { name } }"}`))
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), `"name":"admin"`)

	plain, err := http.Get(strings.Replace(base, "https", "http", 1) + "/livez")
	require.NoError(t, err)
	require.NoError(t, plain.Body.Close())
	require.Equal(t, http.StatusBadRequest, plain.StatusCode)
}
