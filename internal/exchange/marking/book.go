package marking

import (
	"path"
	"strings"
)

// book is a workbook as the list of its sheets.
type book struct {
	*packageFile
	workbook      *part
	relationBase  string // strict or transitional
	sheetSpace    string // namespace of sheets
	from1904      bool
	sheets        []bookSheet
	sharedStrings *part // nil for none
	styles        *part // nil for none
}

// bookSheet is a sheet of the workbook. part is nil where it cannot be found.
type bookSheet struct {
	name     string
	relation string
	part     *part
	isTable  bool // a worksheet, not a chart alone
}

// openBook reads the list of sheets.
func (p *packageFile) openBook() (*book, error) {
	top, err := p.relations("")
	if err != nil {
		return nil, err
	}
	main, _ := relationOf(top, "officeDocument")
	b := &book{packageFile: p, workbook: p.find(main.target)}
	if b.workbook == nil {
		return nil, damaged("_rels/.rels", errDamaged)
	}
	data, err := p.read(b.workbook)
	if err != nil {
		return nil, err
	}
	all, err := parse(data)
	if err != nil {
		return nil, damaged(b.workbook.name, err)
	}
	root, err := all.root("workbook")
	if err != nil {
		return nil, damaged(b.workbook.name, err)
	}
	b.relationBase, b.sheetSpace = transitionalRelations, transitionalSheets
	if namespace(data, root) == strictSheets {
		b.relationBase, b.sheetSpace = strictRelations, strictSheets
	}
	related, err := p.relations(b.workbook.name)
	if err != nil {
		return nil, err
	}
	targets := map[string]relation{}
	for _, r := range related {
		targets[r.id] = r
	}
	if r, ok := relationOf(related, "styles"); ok {
		b.styles = p.find(r.target)
	}
	if r, ok := relationOf(related, "sharedStrings"); ok {
		b.sharedStrings = p.find(r.target)
	}
	if _, properties := all.child(0, "workbookPr"); properties.name != "" {
		on := value(tagOf(data, properties), "date1904")
		b.from1904 = on == "1" || on == "true"
	}
	list, _ := all.child(0, "sheets")
	if list < 0 {
		return nil, damaged(b.workbook.name, errDamaged)
	}
	for _, e := range all.children(list, "sheet") {
		tag := tagOf(data, e)
		s := bookSheet{name: value(tag, "name"), relation: value(tag, "id")}
		if r, ok := targets[s.relation]; ok {
			s.part, s.isTable = p.find(r.target), r.kind == "worksheet"
		}
		b.sheets = append(b.sheets, s)
	}
	return b, nil
}

// sheet returns the sheet with a name, nil where there is none that can be marked.
func (b *book) sheet(name string) *bookSheet {
	for i := range b.sheets {
		if s := &b.sheets[i]; s.name == name && s.part != nil && s.isTable {
			return s
		}
	}
	return nil
}

// pathFor returns a pattern of names beside the workbook, such as xl/comments%d.xml.
func (b *book) pathFor(pattern string) string {
	return strings.TrimPrefix(path.Join(path.Dir(b.workbook.name), pattern), "/")
}

// addSheet adds a sheet at the end of the list of sheets.
func (b *book) addSheet(name string, content []byte) error {
	target := b.free(b.pathFor("worksheets/sheet%d.xml"))
	b.add(target, content)
	if err := b.addContentType(target, "", "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"); err != nil {
		return err
	}
	id, err := b.addRelation(b.workbook.name, b.relationBase, "worksheet", target)
	if err != nil {
		return err
	}
	return b.edit(b.workbook, func(data []byte, all elements, e *edits) error {
		list, sheets := all.child(0, "sheets")
		highest := 0
		for _, s := range all.children(list, "sheet") {
			highest = max(highest, number(value(tagOf(data, s), "sheetId")))
		}
		e.appendTo(data, sheets, `<`+sheets.qualified("sheet")+` name="`+escape(name)+`" sheetId="`+itoa(highest+1)+`" xmlns:r="`+b.relationBase+`" r:id="`+id+`"/>`)
		return nil
	})
}

// removeSheet takes a sheet out of the workbook, with its names.
func (b *book) removeSheet(index int) error {
	s := b.sheets[index]
	err := b.edit(b.workbook, func(data []byte, all elements, e *edits) error {
		list, _ := all.child(0, "sheets")
		visible, n := -1, 0 // the first that remains, by its new index
		for i, el := range all.children(list, "sheet") {
			switch {
			case n == index:
				e.remove(all[i])
			case visible < 0 && (value(tagOf(data, el), "state") == "visible" || value(tagOf(data, el), "state") == ""):
				if visible = n; n > index {
					visible--
				}
			}
			n++
		}
		shift := func(el element, name string, gone int) {
			a, ok := find(tagOf(data, el), name)
			if !ok {
				return
			}
			switch at := number(unescape(data[el.start+a.from : el.start+a.to])); {
			case at == index:
				e.replace(el.start+a.from, el.start+a.to, itoa(gone))
			case at > index:
				e.replace(el.start+a.from, el.start+a.to, itoa(at-1))
			}
		}
		for _, el := range all {
			switch el.name {
			case "workbookView":
				shift(el, "activeTab", max(visible, 0))
				shift(el, "firstSheet", max(visible, 0))
			case "definedName":
				if tag := tagOf(data, el); value(tag, "localSheetId") == itoa(index) {
					e.remove(el)
				} else {
					shift(el, "localSheetId", 0)
				}
			}
		}
		return nil
	})
	if err != nil || s.part == nil {
		return err
	}
	b.remove(s.part)
	if err = b.removeRelations(b.workbook.name, s.part.name); err != nil {
		return err
	}
	b.sheets = append(b.sheets[:index], b.sheets[index+1:]...)
	return b.removeContentType(s.part.name)
}

// number reads a small whole number, 0 for anything else.
func number(s string) int {
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || n > 1<<30 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
