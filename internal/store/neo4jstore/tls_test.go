package neo4jstore_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

// writeCertificate writes a key and a self-signed certificate.
func writeCertificate(t *testing.T, dir string) (key, cert string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a Neo4j"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600))
		return path
	}
	return write("private.key", "PRIVATE KEY", encoded), write("public.crt", "CERTIFICATE", signed)
}

func TestEncryptedConnections(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	key, cert := writeCertificate(t, dir)
	_, stranger := writeCertificate(t, other)
	server := neo4jtest.New(t, neo4jtest.Options{Settings: map[string]string{
		// neo4jtest waits for an answer without encryption.
		"server.bolt.tls_level": "OPTIONAL", "dbms.ssl.policy.bolt.enabled": "true", "dbms.ssl.policy.bolt.client_auth": "NONE",
		"dbms.ssl.policy.bolt.base_directory": dir,
		"dbms.ssl.policy.bolt.private_key":    filepath.Base(key), "dbms.ssl.policy.bolt.public_certificate": filepath.Base(cert),
	}})
	at := strings.TrimPrefix(server.URI(), "bolt")
	openStoreWith(t, "bolt+ssc"+at, ampleTimeout) // the first answers of a server take long

	for _, c := range []struct{ scheme, caFile string }{{"bolt+s", cert}, {"neo4j+s", cert}, {"bolt+ssc", ""}, {"neo4j+ssc", ""}} {
		t.Run(c.scheme, func(t *testing.T) {
			s := openStoreWith(t, c.scheme+at, neo4jstore.Options{CAFile: c.caFile, Timeout: ampleTimeout.Timeout})
			applyRecords(t, s, employeeRecord("e", c.scheme))
			require.Equal(t, c.scheme, employeeName(t, s, "e"))
		})
	}
	for _, c := range []struct{ sentence, uri, caFile, says string }{
		{"a self-signed certificate", "bolt+s" + at, "", "certificate"},
		{"another CA", "bolt+s" + at, stranger, "certificate"},
		{"self-signed, with routing", "neo4j+s" + at, "", "certificate"},
		{"a host that is not in the certificate", "bolt+s" + strings.Replace(at, "127.0.0.1", "localhost", 1), cert, "localhost"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			s, err := neo4jstore.Open(t.Context(), c.uri, neo4jstore.Options{CAFile: c.caFile})
			require.Nil(t, s)
			require.ErrorIs(t, err, store.ErrUnavailable)
			require.ErrorContains(t, err, c.says)
		})
	}
}
