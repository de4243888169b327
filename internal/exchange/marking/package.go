package marking

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Bounds of what is read. A sheet is streamed, other parts are read as a whole.
const (
	maxSheet = 256 << 20
	maxPart  = 64 << 20
	maxParts = 20000
)

// packageFile is a workbook as parts (ECMA-376 part 2, Open Packaging Conventions).
type packageFile struct {
	ctx       context.Context
	archive   *zip.Reader
	order     []*part
	parts     map[string]*part // by name in lower case
	originals []original       // of the parts that marking has changed, in the order of change
	marking   bool             // changes are marks, so that originals are kept
}

// part is one file of a package, as it lies in the archive or with other content.
type part struct {
	name    string
	file    *zip.File // nil where it is new
	changed bool      // the content is the first kept bytes of file, then tail
	kept    int64
	tail    []byte
	removed bool
}

// original is a part as it was before marking; of a new part nothing but its name.
type original struct {
	part   *part
	before part
}

// openPackage reads the directory of a workbook.
func openPackage(ctx context.Context, in io.ReaderAt, size int64) (*packageFile, error) {
	archive, err := zip.NewReader(in, size)
	if err != nil {
		return nil, fault.Wrap(err, fault.InvalidArgument, "this is not a workbook that can be marked: save it as .xlsx", "该文件不是可以标记的工作簿：请另存为 .xlsx")
	}
	p := &packageFile{ctx: ctx, archive: archive, parts: map[string]*part{}}
	if len(archive.File) > maxParts {
		return nil, damaged("", errors.New("too many parts"))
	}
	for _, f := range archive.File {
		one := &part{name: f.Name, file: f}
		key := partKey(f.Name)
		if p.parts[key] != nil {
			return nil, damaged(f.Name, errors.New("a part is there twice"))
		}
		p.parts[key], p.order = one, append(p.order, one)
	}
	return p, nil
}

// partKey is what part names are compared by.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// damaged is the error of a part that cannot be understood.
func damaged(name string, cause error) error {
	var known *fault.Error
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) || errors.As(cause, &known) {
		return cause
	}
	if errors.Is(cause, errTooLarge) {
		return fault.Wrap(cause, fault.LimitExceeded, "the workbook cannot be marked, because its part %s is too large", "无法在工作簿中标记，其中的 %s 过大", competency.Quote(name))
	}
	return fault.Wrap(cause, fault.InvalidArgument, "the workbook cannot be marked, because its part %s is damaged: open it in Excel or WPS, save it, and try again",
		"无法在工作簿中标记，其中的 %s 已损坏：请用 Excel 或 WPS 打开并保存后重试", competency.Quote(name))
}

// find returns a part by its name, nil where there is none.
func (p *packageFile) find(name string) *part {
	one := p.parts[partKey(name)]
	if one == nil {
		if plain, err := url.PathUnescape(name); err == nil {
			one = p.parts[partKey(plain)]
		}
	}
	if one == nil || one.removed {
		return nil
	}
	return one
}

// open returns the content of a part, up to a bound.
func (p *packageFile) open(one *part, bound int64) (io.ReadCloser, error) {
	tail := bytes.NewReader(one.tail)
	if one.changed && one.kept == 0 {
		return io.NopCloser(tail), nil
	}
	if one.file.UncompressedSize64 > uint64(bound) {
		return nil, errTooLarge
	}
	f, err := one.file.Open()
	if err != nil {
		return nil, err
	}
	content := io.Reader(&boundedReader{p.ctx, f, bound})
	if one.changed {
		content = io.MultiReader(io.LimitReader(content, one.kept), tail)
	}
	return struct {
		io.Reader
		io.Closer
	}{content, f}, nil
}

var errTooLarge = errors.New("larger than its bound")

// boundedReader fails at what is more than its bound, and when the time is over.
type boundedReader struct {
	ctx  context.Context
	in   io.Reader
	left int64
}

func (r *boundedReader) Read(buffer []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.in.Read(buffer)
	if r.left -= int64(n); r.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// read returns the whole content of a part other than a sheet.
func (p *packageFile) read(one *part) ([]byte, error) {
	content, err := p.open(one, maxPart)
	if err != nil {
		return nil, damaged(one.name, err)
	}
	defer content.Close()
	data, err := io.ReadAll(content)
	if err != nil {
		return nil, damaged(one.name, err)
	}
	return data, nil
}

// beginMarking makes all further changes marks.
func (p *packageFile) beginMarking() { p.marking = true }

// keep notes a part as it is before the first change by marking.
func (p *packageFile) keep(one *part) {
	if !p.marking {
		return
	}
	for _, o := range p.originals {
		if o.part == one {
			return
		}
	}
	p.originals = append(p.originals, original{one, *one})
}

// change gives a part new content: its first kept bytes as they are, then tail.
func (p *packageFile) change(one *part, kept int64, tail []byte) {
	p.keep(one)
	one.changed, one.kept, one.tail = true, kept, tail
}

// add adds a part. Its name must be free.
func (p *packageFile) add(name string, content []byte) *part {
	one := &part{name: name}
	if former := p.parts[partKey(name)]; former != nil { // removed before
		p.change(former, 0, content)
		former.removed = false
		one = former
		return one
	}
	p.keep(one)
	one.changed, one.tail = true, content
	p.parts[partKey(name)], p.order = one, append(p.order, one)
	return one
}

// free returns the first free name of a pattern with one %d, such as xl/comments%d.xml.
func (p *packageFile) free(pattern string) string {
	for n := 1; ; n++ {
		name := strings.Replace(pattern, "%d", itoa(n), 1)
		if p.find(name) == nil {
			return name
		}
	}
}

// remove takes a part and its relations out of the package.
func (p *packageFile) remove(one *part) {
	one.removed = true
	if relations := p.find(relationsName(one.name)); relations != nil {
		relations.removed = true
	}
}

// relationsName is the name of the part with the relations of a part, "" for the package.
func relationsName(name string) string {
	folder, base := path.Split(name)
	return folder + "_rels/" + base + ".rels"
}
