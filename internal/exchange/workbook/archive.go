package workbook

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
)

// archive is the package (ECMA-376 part 2): parts by name in lower case, because names of
// parts are compared without regard to case.
type archive struct{ parts map[string]*zip.File }

// openArchive reads the directory of a package, and refuses one that cannot be honest.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	limited := &meteredReader{r: r, left: MaxDirectory}
	z, err := zip.NewReader(limited, size)
	switch {
	case limited.left < 0 || err == nil && len(z.File) > MaxParts:
		return nil, refuse("the workbook has more than %d parts: copy the sheets to import into a new workbook", "工作簿的部件超过 %d 个：请把要导入的工作表复制到新的工作簿", MaxParts)
	case limited.err != nil:
		return nil, limited.err
	case err != nil:
		return nil, damaged(err)
	}
	limited.unlimited = true
	a := &archive{parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		const encrypted = 1
		if f.Flags&encrypted != 0 {
			return nil, refusal(errPassword)
		}
		name := partKey(f.Name)
		if a.parts[name] != nil {
			return nil, damaged(errors.New("two parts of one name"))
		}
		if f.UncompressedSize64 > MaxPart {
			return nil, tooLarge(f.Name, MaxPart)
		}
		a.parts[name] = f
	}
	return a, a.refuseOverlap()
}

// refuseOverlap refuses parts that share bytes, by which a small file unpacks to any size.
func (a *archive) refuseOverlap() error {
	const header = 30 // at least, before the content of each part
	type extent struct{ from, to uint64 }
	extents := make([]extent, 0, len(a.parts))
	for _, f := range a.parts {
		from, err := f.DataOffset()
		if err != nil {
			return explain(err, f.Name)
		}
		extents = append(extents, extent{from: uint64(from), to: uint64(from) + f.CompressedSize64})
	}
	slices.SortFunc(extents, func(a, b extent) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(extents); i++ {
		if extents[i-1].to+header > extents[i].from {
			return damaged(errors.New("parts overlap"))
		}
	}
	return nil
}

func tooLarge(part string, limit int) error {
	return refuse("part %s of the workbook unpacks to more than %d MB: copy the sheets to import into a new workbook, or divide them",
		"工作簿的部件 %s 解压后超过 %d MB：请把要导入的工作表复制到新的工作簿，或分成几个文件", quote(part), limit>>20)
}

func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// find returns a part, whose name a relation may have percent-encoded.
func (a *archive) find(name string) *zip.File {
	if f := a.parts[partKey(name)]; f != nil {
		return f
	}
	if plain, err := url.PathUnescape(name); err == nil {
		return a.parts[partKey(plain)]
	}
	return nil
}

// read calls visit with the start of a part, and then reads the rest of it, so that its
// checksum is known. Reading ends when the context does.
func (a *archive) read(ctx context.Context, name string, limit int, visit func(*scanner) error) error {
	f := a.find(name)
	if f == nil {
		return explain(io.EOF, name)
	}
	if f.UncompressedSize64 > uint64(limit) { // and zip reads no more than the directory says
		return tooLarge(f.Name, limit)
	}
	in, err := f.Open()
	if err != nil {
		return explain(err, f.Name)
	}
	defer func() { _ = in.Close() }() // nothing is written
	text, err := toUTF8(contextReader{ctx: ctx, r: in})
	if err != nil {
		return explain(err, f.Name)
	}
	s := newScanner(text, f.UncompressedSize64)
	if err := visit(s); err != nil {
		return explain(err, f.Name)
	}
	for s.next() != atEnd {
	}
	return explain(s.err, f.Name)
}

// relation is an arrow from a part to another, or out of the package. Kind is the last
// part of its type, which transitional and strict files have in common.
type relation struct {
	kind, target string
	external     bool
}

// relations returns those of a part by id, of the package for "". Targets inside of the
// package are names of parts.
func (a *archive) relations(ctx context.Context, part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	name := dir + "_rels/" + base + ".rels"
	all := map[string]relation{}
	if a.find(name) == nil {
		return all, nil
	}
	err := a.read(ctx, name, MaxSmallPart, func(s *scanner) error {
		for s.element() {
			if string(s.local) != "Relationship" {
				continue
			}
			kind := string(s.attr("Type"))
			r := relation{kind: kind[strings.LastIndexByte(kind, '/')+1:], target: string(s.attr("Target"))}
			r.external = strings.EqualFold(string(s.attr("TargetMode")), "External")
			if !r.external {
				r.target = inPackage(dir, r.target)
			}
			all[string(s.attr("Id"))] = r
		}
		return nil
	})
	return all, err
}

// inPackage resolves a target that is absolute or relative to the folder of its source.
func inPackage(dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = "/" + dir + target
	}
	return path.Clean(target)[1:]
}

// meteredReader stops when the directory of a package is longer than any honest one: the
// numbers that the end of a package gives may lie.
type meteredReader struct {
	r         io.ReaderAt
	left      int64
	unlimited bool
	err       error // of the underlying reader
}

func (m *meteredReader) ReadAt(p []byte, off int64) (int, error) {
	if !m.unlimited {
		if m.left -= int64(len(p)); m.left < 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	if off < 0 { // an offset of the directory that is none
		return 0, io.ErrUnexpectedEOF
	}
	n, err := m.r.ReadAt(p, off)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

// contextReader stops when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
