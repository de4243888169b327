package marking

import (
	"io"
	"strings"
)

// textReader joins the text of <v> and <t>, without the phonetic text of <rPh>.
type textReader struct {
	b        strings.Builder
	inside   bool // of <v> or <t>
	phonetic bool
}

func (r *textReader) reset()          { *r = textReader{} }
func (r *textReader) isEmpty() bool   { return r.b.Len() == 0 }
func (r *textReader) String() string  { return decodeText(r.b.String()) }
func (r *textReader) add(text string) { r.b.WriteString(text) }

func (r *textReader) take(t *token) {
	if r.inside && !r.phonetic && r.b.Len() < maxToken {
		r.add(unescape(t.text))
		if t.kind == cdata {
			r.add(string(t.content()))
		}
	}
	switch {
	case t.is("rPh"):
		r.phonetic = t.kind == startTag
	case t.is("v") || t.is("t"):
		r.inside = t.kind == startTag
	}
}

// readSharedStrings reads some of the shared strings, by their index.
func readSharedStrings(in io.Reader, wanted map[int]bool) (map[int]string, error) {
	texts := map[int]string{}
	s := newScanner(in)
	var text textReader
	for n := -1; len(texts) < len(wanted); {
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		switch {
		case t.kind == endOfInput:
			return texts, nil
		case t.is("si") && t.kind == startTag:
			n++
			text.reset()
		case t.is("si") && t.kind == emptyTag:
			if n++; wanted[n] {
				texts[n] = ""
			}
		case t.is("si") && t.kind == endTag:
			if wanted[n] {
				texts[n] = text.String()
			}
		case wanted[n]:
			text.take(&t)
		}
	}
	return texts, nil
}
