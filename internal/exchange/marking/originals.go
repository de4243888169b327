package marking

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
)

// The parts that marking changes are kept as they were under privateFolder, compressed as
// they lay. The manifest says which part each of them is, and what marking has written.
const (
	privateFolder    = "zhitu/"
	privateExtension = "zhitu"
	privateType      = "application/vnd.zhitu.original"
	manifestName     = privateFolder + "manifest." + privateExtension
	maxManifest      = 4 << 20
)

type manifest struct {
	Version int            `json:"version"`
	Parts   []manifestPart `json:"parts"`
}

type manifestPart struct {
	Name string `json:"name"`
	// Original is the part that keeps what was there, "" where marking has added the part.
	Original string `json:"original,omitempty"`
	SHA256   string `json:"sha256"` // of what marking has written
}

// write writes the package: unchanged parts compressed as they lie, in their order, then
// new parts and the originals.
func (p *packageFile) write(out io.Writer) error {
	w := zip.NewWriter(out)
	written := map[*part]string{}
	for _, one := range p.order {
		if one.removed {
			continue
		}
		sum, err := p.writePart(w, *one, one.name)
		if err != nil {
			return damaged(one.name, err)
		}
		written[one] = sum
	}
	m := manifest{Version: 1}
	for n, o := range p.originals {
		if o.part.removed {
			continue
		}
		entry := manifestPart{Name: o.part.name, SHA256: written[o.part]}
		if !o.isNew() {
			entry.Original = privateFolder + "originals/" + itoa(n+1) + "." + privateExtension
			if _, err := p.writePart(w, o.before, entry.Original); err != nil {
				return damaged(o.part.name, err)
			}
		}
		m.Parts = append(m.Parts, entry)
	}
	if len(m.Parts) > 0 {
		text, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if _, err = p.writePart(w, part{changed: true, tail: text}, manifestName); err != nil {
			return err
		}
	}
	if err := w.SetComment(p.archive.Comment); err != nil {
		return err
	}
	return w.Close()
}

func (o original) isNew() bool { return o.before.removed || o.before.file == nil && !o.before.changed }

// writePart writes a part under a name and returns the SHA-256 of new content.
func (p *packageFile) writePart(w *zip.Writer, one part, name string) (string, error) {
	if !one.changed {
		h := one.file.FileHeader
		h.Name = name
		to, err := w.CreateRaw(&h)
		if err != nil {
			return "", err
		}
		raw, err := one.file.OpenRaw()
		if err != nil {
			return "", err
		}
		_, err = io.Copy(to, raw)
		return "", err
	}
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	if h.Modified = p.archive.File[0].Modified; one.file != nil { // the same input gives the same output
		h.Modified = one.file.Modified
	}
	to, err := w.CreateHeader(h)
	if err != nil {
		return "", err
	}
	content, err := p.open(&one, maxSheet)
	if err != nil {
		return "", err
	}
	defer content.Close()
	sum := sha256.New()
	if _, err = io.Copy(io.MultiWriter(to, sum), content); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// restore puts back the originals, where nobody has edited what marking has written. Else
// it changes nothing and returns false.
func (p *packageFile) restore() (bool, error) {
	m, ok := p.readManifest()
	if !ok {
		return false, nil
	}
	for _, entry := range m.Parts {
		one := p.find(entry.Name)
		if one == nil || entry.Original != "" && p.find(entry.Original) == nil {
			return false, nil
		}
		content, err := p.open(one, maxSheet)
		if err != nil {
			return false, damaged(one.name, err)
		}
		sum := sha256.New()
		_, err = io.Copy(sum, content)
		_ = content.Close()
		if err != nil {
			return false, damaged(one.name, err)
		}
		if hex.EncodeToString(sum.Sum(nil)) != entry.SHA256 {
			return false, nil
		}
	}
	for _, entry := range m.Parts {
		if one := p.find(entry.Name); entry.Original == "" {
			one.removed = true
		} else {
			one.file = p.find(entry.Original).file
		}
	}
	return true, nil
}

// readManifest reads the manifest. One that cannot be read counts as none.
func (p *packageFile) readManifest() (manifest, bool) {
	var m manifest
	one := p.find(manifestName)
	if one == nil {
		return m, false
	}
	content, err := p.open(one, maxManifest)
	if err != nil {
		return m, false
	}
	defer content.Close()
	data, err := io.ReadAll(content)
	if err != nil || json.NewDecoder(bytes.NewReader(data)).Decode(&m) != nil || m.Version != 1 || len(m.Parts) == 0 {
		return m, false
	}
	return m, true
}

// dropOriginals removes the private parts. It returns false where there are none.
func (p *packageFile) dropOriginals() bool {
	found := false
	for _, one := range p.order {
		if strings.HasPrefix(partKey(one.name), privateFolder) && !one.removed {
			one.removed, found = true, true
		}
	}
	return found
}

// unmark removes all marks, and returns false where there are none.
func (p *packageFile) unmark() (bool, error) {
	restored, err := p.restore()
	if err != nil {
		return false, err
	}
	found := p.dropOriginals()
	if restored {
		return true, nil
	}
	b, err := p.openBook()
	if err != nil {
		return false, err
	}
	removed, err := b.removeMarks()
	return found || removed, err
}
