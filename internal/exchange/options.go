package exchange

import (
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Options say how files are read. The zero value reads them by themselves.
type Options struct {
	// Scale reads labels and digits of levels where the files bring no scale: that of the
	// store; the default scale where it is empty.
	Scale competency.Scale
	// Replace makes an empty cell of a given column empty its field, in catalog tables,
	// departments and employees. Without it the field stays as it was.
	Replace bool
	// Prune makes what the tables do not give go (competency.Records.Prune). A table of the
	// catalog that holds no record is a problem then.
	Prune bool
	// Zone is that of times that name none; nil for UTC. ZoneAssumed says that nobody has
	// chosen it: then a notice names the first time that rests on it.
	Zone        *time.Location
	ZoneAssumed bool
	// Encoding is that of files that are not UTF-8 and have no byte order mark; nil to
	// find it out. See FindEncoding.
	Encoding encoding.Encoding
	// Known is what matrices may name beside the records of the files.
	Known Known
}

// Read reads folders of text files, and single files, as one catalog. Problems and
// notices of their content are in the Document. An error is returned only if a path
// cannot be read at all. It costs O(bytes).
func (o Options) Read(paths ...string) (*Document, error) { return o.ReadFS(osFS{}, paths...) }

// FindEncoding returns the encoding that a label of the Encoding Standard means, such as
// gb18030, big5, windows-1252 or utf-16; nil for "".
func FindEncoding(label string) (encoding.Encoding, error) {
	if label == "" {
		return nil, nil
	}
	found, err := htmlindex.Get(label)
	if err != nil {
		return nil, fault.New(fault.InvalidArgument, "there is no encoding %s: give a name such as gb18030, big5, windows-1252, shift_jis or utf-16",
			"没有名为 %s 的编码：请填写如 gb18030、big5、windows-1252、shift_jis 或 utf-16 的名称", competency.Quote(label))
	}
	return found, nil
}
