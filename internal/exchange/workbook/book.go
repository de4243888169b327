package workbook

import (
	"context"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// Book is an open workbook. It is for one goroutine, and reads from where it was opened.
type Book struct {
	Dates  DateSystem
	Macros bool // it has some, which are never run

	parts   *archive
	sheets  []SheetInfo
	styles  []style
	shared  string // name of the part of shared strings, "" without
	strings *sharedStrings
	refusal error  // of the shared strings
	size    uint64 // of the parts of all sheets
	cells   []int  // how many were read, by sheet
}

// Open reads the directory, the list of sheets and the styles of a workbook. What is no
// .xlsx is refused by its content, whatever its name. The cost is that of the small parts.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	if err := identify(r, size); err != nil {
		return nil, err
	}
	parts, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	b := &Book{parts: parts}
	ctx := context.Background() // the parts are small
	list, err := b.findList(ctx)
	if err != nil {
		return nil, err
	}
	relations, err := parts.relations(ctx, list)
	if err != nil {
		return nil, err
	}
	if err := parts.read(ctx, list, MaxSmallPart, func(s *scanner) error { return b.readList(s, relations) }); err != nil {
		return nil, err
	}
	b.cells = make([]int, len(b.sheets))
	for _, id := range slices.Sorted(maps.Keys(relations)) {
		switch r := relations[id]; r.kind {
		case "sharedStrings":
			b.shared = r.target
		case "styles":
			err = parts.read(ctx, r.target, MaxSmallPart, b.readStyles)
		case "vbaProject", "xlMacrosheet", "xlIntlMacrosheet":
			b.Macros = true
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Sheets returns the sheets with cells in the order of their tabs.
func (b *Book) Sheets() []SheetInfo { return b.sheets }

// findList returns the name of the part that lists the sheets.
func (b *Book) findList(ctx context.Context) (string, error) {
	list := "xl/workbook.xml" // where writers put it that leave the relation out
	relations, err := b.parts.relations(ctx, "")
	if err != nil {
		return "", err
	}
	for _, id := range slices.Sorted(maps.Keys(relations)) {
		if r := relations[id]; r.kind == "officeDocument" {
			list = r.target
		}
	}
	if b.parts.find(list) == nil {
		return "", refusal(b.parts.identify())
	}
	if strings.EqualFold(path.Ext(list), ".bin") {
		return "", refusal(errBinary)
	}
	return list, nil
}

// readList reads the list of sheets.
func (b *Book) readList(s *scanner, relations map[string]relation) error {
	if !s.element() {
		return s.err
	}
	switch string(s.local) {
	case "workbook":
	case "document":
		return refusal(errWord)
	case "presentation":
		return refusal(errSlides)
	default:
		return refusal(errOtherFile)
	}
	for s.element() {
		switch string(s.local) {
		case "workbookPr":
			b.Dates.From1904 = s.flag("date1904")
		case "sheet":
			if string(s.ancestor(1)) != "sheets" {
				continue
			}
			if len(b.sheets) == MaxSheets {
				return refuse("the workbook has more than %d sheets: divide it", "工作簿的工作表超过 %d 个：请分成几个文件", MaxSheets)
			}
			if err := b.addSheet(s, relations); err != nil {
				return err
			}
		}
	}
	return s.err
}

func (b *Book) addSheet(s *scanner, relations map[string]relation) error {
	state := string(s.attr("state"))
	info := SheetInfo{Name: string(unescape([]byte(string(s.attr("name"))))), Hidden: state != "" && state != "visible"}
	r, ok := relations[s.relation()]
	switch {
	case ok && r.kind != "worksheet":
		return nil // of a chart, a dialog or macros
	case !ok || r.external || b.parts.find(r.target) == nil || !isText([]byte(info.Name)):
		return fault.New(fault.InvalidArgument,
			"the content of sheet %s is missing: copy or download the workbook again, or save it again in Excel or WPS",
			"缺少工作表 %s 的内容：请重新复制或下载工作簿，或在 Excel 或 WPS 中重新保存", quote(info.Name))
	}
	part := b.parts.find(r.target)
	if b.size += part.UncompressedSize64; b.size > MaxBook {
		return refuse("the sheets of the workbook unpack to more than %d MB: divide it", "工作簿的所有工作表解压后超过 %d MB：请分成几个文件", MaxBook>>20)
	}
	info.Part = part.Name
	b.sheets = append(b.sheets, info)
	return nil
}
