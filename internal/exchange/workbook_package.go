package exchange

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"hash"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// A workbook that we write has a custom property that says what it is, with the SHA-256 of
// all its other parts. So a later export replaces an earlier one, but no workbook that was
// edited since; and an import knows that nobody has edited what a store held. It is to a
// workbook what the manifest is to a folder.
const (
	markProperty     = "zhitu"
	exportedWorkbook = "export"
	emptyWorkbook    = "template"
	propertiesPart   = "docProps/custom.xml"
	contentTypesPart = "[Content_Types].xml"
)

// noSum stands in the place of the checksum until it is known.
var noSum = strings.Repeat("0", 2*sha256.Size)

// packageWriter packs the parts of a workbook, and puts in their checksum.
type packageWriter struct {
	zip        *zip.Writer
	sums       map[string]string // of the parts, by name
	properties bytes.Buffer
	// The part that is being written.
	name     string
	checksum hash.Hash
}

func newPackageWriter(to io.Writer) *packageWriter {
	return &packageWriter{zip: zip.NewWriter(to), sums: map[string]string{}}
}

// Create begins a part, and ends the one before.
func (w *packageWriter) Create(name string) (io.Writer, error) {
	w.finishPart()
	if name == propertiesPart {
		return &w.properties, nil
	}
	out, err := w.zip.Create(name)
	if err != nil {
		return nil, err
	}
	w.name, w.checksum = name, sha256.New()
	return io.MultiWriter(out, w.checksum), nil
}

func (w *packageWriter) finishPart() {
	if w.name != "" {
		w.sums[w.name] = hex.EncodeToString(w.checksum.Sum(nil))
		w.name = ""
	}
}

// AddFS is there for the interface of the library, which does not call it.
func (w *packageWriter) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the properties, and ends the package.
func (w *packageWriter) Close() error {
	w.finishPart()
	properties := bytes.Replace(w.properties.Bytes(), []byte(noSum), []byte(sumOfParts(w.sums)), 1)
	out, err := w.zip.Create(propertiesPart)
	if err == nil {
		_, err = out.Write(properties)
	}
	return errors.Join(err, w.zip.Close())
}

// sumOfParts returns one checksum of all parts but the properties.
func sumOfParts(sums map[string]string) string {
	names := make([]string, 0, len(sums))
	for name := range sums {
		names = append(names, name)
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range names {
		io.WriteString(sum, sums[name]+"  "+name+"\n")
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// sortPackage copies a package with its parts in order, so that the same content has the
// same bytes. What is compressed stays so.
func sortPackage(from io.ReaderAt, size int64, to io.Writer) error {
	in, err := zip.NewReader(from, size)
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int {
		rank := func(f *zip.File) int { return strings.Index(contentTypesPart+"\n", f.Name+"\n") }
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(a.Name, b.Name))
	})
	out := zip.NewWriter(to)
	for _, part := range in.File {
		if err := out.Copy(part); err != nil {
			return err
		}
	}
	return out.Close()
}

// maxProperties bounds the part of the custom properties.
const maxProperties = 1 << 20

// workbookKind says what wrote a workbook, exportedWorkbook or emptyWorkbook, if it was one
// of us and nobody has saved the workbook since; else "". It costs O(bytes), once the
// workbook has our property at all.
func workbookKind(r io.ReaderAt, size int64) string {
	in, err := zip.NewReader(r, size)
	if err != nil {
		return ""
	}
	at := slices.IndexFunc(in.File, func(f *zip.File) bool { return f.Name == propertiesPart })
	if at < 0 || in.File[at].UncompressedSize64 > maxProperties {
		return ""
	}
	kind, want := readMark(in.File[at])
	if want == "" {
		return ""
	}
	sums := map[string]string{}
	for i, part := range in.File {
		if i == at {
			continue
		}
		sum := sha256.New()
		if _, twice := sums[part.Name]; twice || copyPart(sum, part) != nil {
			return ""
		}
		sums[part.Name] = hex.EncodeToString(sum.Sum(nil))
	}
	if sumOfParts(sums) != want {
		return ""
	}
	return kind
}

// isExportedWorkbook reports whether a file is a workbook as an export has written it.
func isExportedWorkbook(fsys fs.FS, path string) bool {
	file, err := fsys.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	in, ok := file.(io.ReaderAt)
	info, err := file.Stat()
	return ok && err == nil && info.Mode().IsRegular() && workbookKind(in, info.Size()) == exportedWorkbook
}

// copyPart copies a part, which has no more bytes than we write to one.
func copyPart(to io.Writer, part *zip.File) error {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	n, err := io.Copy(to, io.LimitReader(in, workbook.MaxPart+1))
	if n == workbook.MaxPart+1 {
		return flate.CorruptInputError(n)
	}
	return err
}

// readMark reads the property that says what a workbook is: "export 5f70bf18…".
func readMark(part *zip.File) (kind, sum string) {
	in, err := part.Open()
	if err != nil {
		return "", ""
	}
	defer in.Close()
	var properties struct {
		Property []struct {
			Name string `xml:"name,attr"`
			Text string `xml:"lpwstr"`
		} `xml:"property"`
	}
	if xml.NewDecoder(io.LimitReader(in, maxProperties)).Decode(&properties) != nil {
		return "", ""
	}
	for _, p := range properties.Property {
		if p.Name == markProperty {
			kind, sum, _ = strings.Cut(p.Text, " ")
		}
	}
	if kind != exportedWorkbook && kind != emptyWorkbook || len(sum) != len(noSum) {
		return "", ""
	}
	return kind, sum
}
