package marking

import "strings"

// note is a comment of ours.
type note struct {
	at   place
	text string
}

// separator is the first line of our comments, and stands between somebody's own comment
// and ours on the same cell.
const separator = "—— " + author + " ——"

const commentsType = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"

// emptyComments is a comments part without comments.
func emptyComments(space string) []byte {
	return []byte(header + `<comments xmlns="` + space + `"><authors></authors><commentList></commentList></comments>`)
}

// addComments adds notes to a comments part. It returns those that need a shape, because
// their cell had no comment. On a cell with somebody's comment, the note goes to its end; a
// threaded comment stays alone, because Excel shows nothing else there.
func addComments(data []byte, all elements, e *edits, notes []note) (fresh []note, err error) {
	root, err := all.root("comments")
	if err != nil {
		return nil, err
	}
	authors, list := -1, -1
	if authors, _ = all.child(0, "authors"); authors < 0 {
		return nil, errDamaged
	}
	if list, _ = all.child(0, "commentList"); list < 0 {
		return nil, errDamaged
	}
	names := authorsOf(data, all, authors)
	own := len(names)
	for i, name := range names {
		if name == author {
			own = i
		}
	}
	theirs := map[place]int{}
	for i, c := range all.children(list, "comment") {
		if at, ok := parsePlace(value(tagOf(data, c), "ref")); ok {
			theirs[at] = i
		}
	}
	var added strings.Builder
	for _, n := range notes {
		if i, ok := theirs[n.at]; ok {
			if by := number(value(tagOf(data, all[i]), "authorId")); by >= len(names) || !strings.HasPrefix(names[by], "tc=") {
				extendComment(data, all, e, i, n.text)
			}
			continue
		}
		fresh = append(fresh, n)
		q := root.qualified
		added.WriteString(`<` + q("comment") + ` ref="` + n.at.String() + `" authorId="` + itoa(own) + `"><` + q("text") + `>` +
			run(root, true, separator+"\n") + run(root, false, n.text) + `</` + q("text") + `></` + q("comment") + `>`)
	}
	if len(fresh) > 0 {
		if own == len(names) {
			e.appendTo(data, all[authors], `<`+root.qualified("author")+`>`+author+`</`+root.qualified("author")+`>`)
		}
		e.appendTo(data, all[list], added.String())
	}
	return fresh, nil
}

// authorsOf lists the authors of comments, by their number.
func authorsOf(data []byte, all elements, authors int) (names []string) {
	for _, a := range all.children(authors, "author") {
		names = append(names, unescape(data[a.inner:a.innerEnd]))
	}
	return names
}

// run is a piece of text in the comments part whose root is given.
func run(root element, bold bool, text string) string {
	q := root.qualified
	properties := ""
	if bold {
		properties = "<" + q("b") + "/>"
	}
	return `<` + q("r") + `><` + q("rPr") + `>` + properties + `<` + q("sz") + ` val="9"/></` + q("rPr") + `><` + q("t") + ` xml:space="preserve">` + escapeText(text) + `</` + q("t") + `></` + q("r") + `>`
}

// extendComment adds our text to somebody's comment, the element at index.
func extendComment(data []byte, all elements, e *edits, index int, text string) {
	ours := run(all[index], false, "\n"+separator+"\n"+text)
	i, content := all.child(index, "text")
	if i < 0 {
		return
	}
	if content.empty {
		e.appendTo(data, content, ours)
		return
	}
	at := content.inner
	for _, piece := range all.children(i, "") {
		switch piece.name {
		case "t": // text and runs do not go together: make it a run
			e.insert(piece.start, "<"+piece.qualified("r")+">")
			e.insert(piece.end, "</"+piece.qualified("r")+">")
			at = piece.end
		case "r":
			at = piece.end
		}
	}
	e.insert(at, ours)
}

// removeComments removes our comments and what we have added to others. They are known by
// the separator, because LibreOffice writes no authors. removed are the cells that have no
// comment any more, left is the number of comments that stay.
func removeComments(data []byte, all elements, e *edits) (removed map[place]bool, left int, err error) {
	if _, err = all.root("comments"); err != nil {
		return nil, 0, err
	}
	removed = map[place]bool{}
	list, _ := all.child(0, "commentList")
	if list < 0 {
		return removed, 0, nil
	}
	for i, c := range all.children(list, "comment") {
		pieces := piecesOf(data, all, i)
		kept, found := keptLength(pieces)
		if found && kept == 0 {
			e.remove(c)
			at, _ := parsePlace(value(tagOf(data, c), "ref"))
			removed[at] = true
			continue
		}
		left++
		if found {
			cutPieces(pieces, kept, e)
		}
	}
	return removed, left, nil
}

// piece is a run of a comment, or its only text.
type piece struct {
	whole, text element
	content     string
}

// piecesOf lists the texts of the comment at index. LibreOffice makes a run of each script.
func piecesOf(data []byte, all elements, index int) (pieces []piece) {
	i, _ := all.child(index, "text")
	if i < 0 {
		return nil
	}
	for n, whole := range all.children(i, "") {
		t := whole
		if whole.name == "r" {
			_, t = all.child(n, "t")
		}
		if t.name == "t" {
			pieces = append(pieces, piece{whole, t, decodeText(unescape(data[t.inner:t.innerEnd]))})
		}
	}
	return pieces
}

// keptLength returns how much of the text of a comment stands before our separator and the
// line break before it.
func keptLength(pieces []piece) (kept int, found bool) {
	var text strings.Builder
	for _, p := range pieces {
		text.WriteString(p.content)
	}
	before, _, found := strings.Cut(text.String(), separator)
	return len(strings.TrimSuffix(strings.TrimSuffix(before, "\n"), "\r")), found
}

// cutPieces removes what is behind the first kept bytes of a comment.
func cutPieces(pieces []piece, kept int, e *edits) {
	for _, p := range pieces {
		switch {
		case kept <= 0:
			e.remove(p.whole)
		case kept < len(p.content):
			e.replace(p.text.inner, p.text.innerEnd, escapeText(p.content[:kept]))
		}
		kept -= len(p.content)
	}
}
