package server

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificateInterval is how often the files of a certificate are looked at.
const certificateInterval = time.Second

// certificate is a certificate in files that are replaced before it expires.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu       sync.Mutex
	current  *tls.Certificate
	lookedAt time.Time
	changed  [2]time.Time // when the files were, as of current
}

// LoadTLS returns how to speak TLS with the certificate in two PEM files. Where they change,
// the next connection gets the new certificate; where that cannot be read, the one before
// goes on, and the log tells.
func LoadTLS(certFile, keyFile string, log *slog.Logger) (*tls.Config, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log}
	if err := c.load(); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get(), nil },
	}, nil
}

func (c *certificate) get() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.lookedAt) >= certificateInterval {
		if err := c.load(); err != nil {
			c.log.Error("the certificate cannot be read again: the one before goes on", "error", err)
		}
	}
	return c.current
}

// load reads the files where they have changed.
func (c *certificate) load() error {
	c.lookedAt = time.Now()
	cert, errCert := os.Stat(c.certFile)
	key, errKey := os.Stat(c.keyFile)
	if err := errors.Join(errCert, errKey); err != nil {
		return err
	}
	changed := [2]time.Time{cert.ModTime(), key.ModTime()}
	if c.current != nil && changed == c.changed {
		return nil
	}
	loaded, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	if c.current != nil {
		c.log.Info("the certificate was read again", "not_after", loaded.Leaf.NotAfter)
	}
	c.current, c.changed = &loaded, changed
	return nil
}
