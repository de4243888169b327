package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// manifest is the hidden file that marks a folder as an export. It lists the files
// with their SHA-256, in the format of sha256sum. So a later export replaces what
// an earlier one wrote, but no file that was edited since; and an import knows that
// nobody has edited what a store held (see Document.AsExported).
const manifest = ".zhitu-export"

// checksums are those of a manifest, by the name of the file.
type checksums map[string]string

func checksumLine(sum hash.Hash, name string) string {
	return hex.EncodeToString(sum.Sum(nil)) + "  " + name + "\n"
}

// readManifest reads the manifest of a folder; fs.ErrNotExist where it has none.
func readManifest(fsys fs.FS, dir string) (checksums, error) {
	data, err := fs.ReadFile(fsys, path.Join(filepath.ToSlash(dir), manifest))
	if err != nil {
		return nil, err
	}
	sums := checksums{}
	for line := range strings.Lines(string(data)) {
		if sum, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "  "); ok {
			sums[name] = sum
		}
	}
	return sums, nil
}

// match reports whether a file is as it was exported.
func (c checksums) match(fsys fs.FS, file string) (same bool, err error) {
	want, exported := c[path.Base(filepath.ToSlash(file))]
	if !exported {
		return false, nil
	}
	in, err := fsys.Open(file)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return false, err
	}
	return hex.EncodeToString(sum.Sum(nil)) == want, nil
}

// matchesManifest reports whether the files of a folder are those of its manifest, all
// of them and as they were exported.
func matchesManifest(fsys fs.FS, dir string, files []string) bool {
	sums, err := readManifest(fsys, dir)
	if err != nil || len(sums) != len(files) {
		return false
	}
	for _, file := range files {
		if same, err := sums.match(fsys, file); !same || err != nil {
			return false
		}
	}
	return true
}
