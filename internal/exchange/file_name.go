package exchange

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// fileName is what the name of a file says of its content.
type fileName struct {
	stem, ending string // 知识点, csv
	table        schema // nil where no table has this name
	decorated    bool   // by a download or a copy, as in 知识点 (1)
	isText       bool   // of cells with separators
	isSheet      bool   // some table, and so none to ignore
}

// Endings of files of text that are read, and of other files that hold tables.
var (
	textEndings  = []string{"csv", "tsv", "tab", "txt"}
	sheetEndings = []string{"csv", "tsv", "tab", "ods", "fods", "et", "ett", "numbers"} // and xls…
)

// What programs add to a name when they save another copy of a file.
var copyMarks = []*regexp.Regexp{
	regexp.MustCompile(`\s*[(（\[]\d{1,3}[)）\]]$`), // browsers: 知识点 (1)
	regexp.MustCompile(`(?i)\s*[-–—_ ]?\s*(?:副本|拷贝|复件|複本|copy|copie|kopie|copia|cópia|копия)(?:\s*\d{1,3})?$`),
	regexp.MustCompile(`(?i)^(?:副本|复件|copy of|kopie von|copie de|copia de|cópia de|копия)\s*[-_ ]?\s*(?:\(\d{1,3}\)\s*)?`),
	regexp.MustCompile(`的$`),              // 知识点的副本
	regexp.MustCompile(`[-_ ]\d{1,2}$`),   // 知识点 2, knowledge_points-1
	regexp.MustCompile(`^[“"'《]|[”"'》]$`), // “知识点”的副本
}

func parseFileName(name string) fileName {
	name = competency.Trim(competency.RemoveInvisible(norm.NFC.String(name)))
	ending := filepath.Ext(name)
	f := fileName{stem: strings.TrimSuffix(name, ending), ending: strings.ToLower(strings.TrimPrefix(ending, "."))}
	// Windows hides endings: knowledge_points.csv.txt; and programs add one: employees.csv.bak.
	if inner := filepath.Ext(f.stem); slices.Contains(textEndings, strings.ToLower(strings.TrimPrefix(inner, "."))) {
		f.stem = strings.TrimSuffix(f.stem, inner)
	}
	f.isText = slices.Contains(textEndings, f.ending)
	f.isSheet = slices.Contains(sheetEndings, f.ending) || strings.HasPrefix(f.ending, "xls")
	stem := f.stem
	for range 4 {
		if s, known := schemaNamed(stem); known {
			f.table, f.decorated = s, stem != f.stem
			return f
		}
		before := stem
		for _, mark := range copyMarks {
			if stem = competency.Trim(mark.ReplaceAllString(stem, "")); stem != before {
				break
			}
		}
		if stem == before {
			break
		}
	}
	return f
}

// schemaNamed is schemaOf for a name as people write it: Knowledge Points.
func schemaNamed(name string) (schema, bool) {
	if len(name) > maxHeading {
		return nil, false
	}
	key := headingKey(name)
	for _, s := range fileSchemas() {
		if en, zh := s.names(); key != "" && (key == headingKey(en) || key == headingKey(zh)) {
			return s, true
		}
	}
	return nil, false
}

// nearest returns the name of a table that is probably meant: one that is spelled much
// alike, else the longest one within the name.
func (f fileName) nearest() string {
	if near := nearestName(f.stem, tableNames()); near != "" {
		return near
	}
	best := ""
	stem := competency.Fold(f.stem)
	for _, name := range tableNames() {
		if len(name) > len(best) && strings.Contains(stem, name) {
			best = name
		}
	}
	if best == "" && resultWords.MatchString(stem) {
		if isASCII(stem) {
			return evidence.en
		}
		return evidence.zh
	}
	return best
}

// resultWords are in the names of files that are evidence by their content.
var resultWords = regexp.MustCompile(`成绩|分数|证书|证照|评定|评分|测验|考核结果|考试结果|grades|results|scores|certificates|ratings`)

// refusal says what to do with a file that is named like a table and cannot be read.
func (f fileName) refusal() fault.Text {
	if f.ending == "" {
		return fault.T("the file has no ending, and is not read: name it %s.csv if it is one", "文件没有扩展名，未读取：若是 CSV，请改名为 %s.csv", competency.Truncate(f.stem, competency.MaxQuoted))
	}
	return fault.T("the file is named like a table, but .%s files are not read: save each sheet as CSV UTF-8, or give the file another name",
		"文件名是数据表的名称，但不支持 .%s 文件：请将各工作表另存为 CSV UTF-8，或将文件改名", competency.Truncate(f.ending, competency.MaxQuoted))
}
