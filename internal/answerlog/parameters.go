package answerlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
)

// parametersVersion is the version of the file format, the only one so far.
const parametersVersion = 1

// The fields of that file.
const (
	versionField      = "version"
	difficultiesField = "difficulties"
)

// WriteParameters writes the difficulty of items to a JSON file with a version. By
// item code it holds the failure rate of average people, to four decimals. Items
// are sorted, so the same parameters give the same bytes. An existing file is
// replaced atomically. An error is returned where the file cannot be written, and
// where a code is not UTF-8.
func WriteParameters(path string, p mastery.Parameters) (err error) {
	rates := p.FailureRates()
	for item, rate := range rates {
		if !utf8.ValidString(item) {
			return fault.New(fault.InvalidArgument, "the item %s is not written in UTF-8: save the log as UTF-8", "题目编号 %s 不是 UTF-8：请将日志另存为 UTF-8",
				competency.Quote(item))
		}
		rates[item] = math.Round(rate*1e4) / 1e4
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(struct {
		Version      int                `json:"version"`
		Difficulties map[string]float64 `json:"difficulties"`
	}{parametersVersion, rates}); err != nil {
		return err
	}
	unwritable := func(err error) error {
		return fault.Wrap(err, fault.InvalidArgument, "%s cannot be written: check the path and its permissions", "无法写入 %s：请检查路径和权限", path)
	}
	// Write and rename, in the folder of the file: a rename is atomic on one file
	// system.
	work, err := os.MkdirTemp(filepath.Dir(path), ".zhitu-*")
	if err != nil {
		return unwritable(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	written := filepath.Join(work, filepath.Base(path))
	if err = os.WriteFile(written, out.Bytes(), 0o666); err == nil {
		err = os.Rename(written, path)
	}
	if err != nil {
		return unwritable(err)
	}
	return nil
}

// ReadParameters reads a file that WriteParameters wrote and people may have edited.
// Item codes are normalised as those of evidence: to NFC, without space around.
// Where there are problems, some parameters are missing. An error is returned only
// where the file cannot be read at all.
func ReadParameters(path string) (p mastery.Parameters, problems []exchange.LocatedProblem, err error) {
	text, complete, err := exchange.ReadText(path)
	if err != nil {
		return p, nil, err
	}
	r := parametersReader{name: filepath.Base(path), text: text}
	if !complete {
		r.refuse(0, fault.T("the file is larger than %d MB: remove items", "文件超过 %d MB：请删减题目", exchange.MaxTextSize>>20))
		return p, r.problems, nil
	}
	return mastery.FromFailureRates(r.read()), sortProblems(r.problems), nil
}

// parametersReader reads the file token by token, so that each problem has its
// row.
type parametersReader struct {
	name, text string
	tokens     *json.Decoder
	problems   []exchange.LocatedProblem
	row        int // of the byte at offset at
	at         int64
}

func (r *parametersReader) refuse(row int, wrong fault.Text) {
	r.problems = append(r.problems, exchange.LocatedProblem{Location: exchange.Location{File: r.name, Row: row}, Code: fault.InvalidArgument, Text: wrong})
}

// rowOf returns the row of a byte. Offsets must not decrease from call to call.
func (r *parametersReader) rowOf(offset int64) int {
	r.row += strings.Count(r.text[r.at:offset], "\n")
	r.at = offset
	return r.row + 1
}

// read returns the failure rate of each item.
func (r *parametersReader) read() map[string]float64 {
	row := 0
	for line := range strings.Lines(r.text) {
		if row++; !utf8.ValidString(line) {
			r.refuse(row, fault.T("the file is not written in UTF-8: save it as UTF-8", "文件不是 UTF-8：请另存为 UTF-8"))
			return nil
		}
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal([]byte(r.text), new(json.RawMessage)); errors.As(err, &syntax) {
		r.refuse(r.rowOf(max(0, syntax.Offset-1)), fault.T("this is not JSON, here or a little before: correct it, or write the file again with zhitu mastery fit",
			"此处或稍前不是有效的 JSON：请改正，或用 zhitu mastery fit 重新生成文件"))
		return nil
	}
	r.tokens = json.NewDecoder(strings.NewReader(r.text)) // of valid JSON, so no token can fail
	rates, unknownVersion, seen := map[string]float64{}, 0, map[string]int{}
	ok := r.readObject(func(field string, row int) {
		first := seen[field]
		seen[field] = row
		switch {
		case first > 0:
			r.value()
			r.refuse(row, fault.T("the field %s is given in row %d too: remove one of the two", "字段 %s 在第 %d 行已给出：请删除其一", field, first))
		case field == versionField:
			if version := r.value(); version != strconv.Itoa(parametersVersion) {
				unknownVersion = row
			}
		case field == difficultiesField:
			if !r.readObject(func(item string, row int) { r.readItem(rates, item, row) }) {
				r.refuse(row, fault.T(`difficulties are by item: give them as {"item": 0.5}`, `难度按题目给出：请写成 {"题目": 0.5}`))
			}
		default:
			r.value()
			r.refuse(row, fault.T("there is no field %s: remove it%s", "不存在字段 %s：请删除%s", competency.Quote(field),
				suggestField(field)))
		}
	})
	switch {
	case !ok:
		r.refuse(0, fault.T("this is not an object with version and difficulties: write the file with zhitu mastery fit",
			"这不是含 version 和 difficulties 的对象：请用 zhitu mastery fit 生成文件"))
		return nil
	case unknownVersion > 0: // the rest may mean anything
		r.problems = nil
		r.refuse(unknownVersion, fault.T("the version is not %d, the only one that this program knows: update it, or write the file again with zhitu mastery fit",
			"版本不是本程序唯一支持的 %d：请升级本程序，或用 zhitu mastery fit 重新生成文件", parametersVersion))
	}
	for _, field := range []string{versionField, difficultiesField} {
		if seen[field] == 0 && unknownVersion == 0 {
			r.refuse(0, fault.T("the field %s is missing: add it, or write the file again with zhitu mastery fit",
				"缺少字段 %s：请补上，或用 zhitu mastery fit 重新生成文件", field))
		}
	}
	return rates
}

// readItem reads the failure rate of an item.
func (r *parametersReader) readItem(rates map[string]float64, item string, row int) {
	rate, err := strconv.ParseFloat(r.value(), 64)
	if err != nil || rate < mastery.MinFailureRate || rate > mastery.MaxFailureRate {
		r.refuse(row, fault.T("the difficulty of %s is not a number from %v to %v: give the share of average people who fail it",
			"%s 的难度不是 %v 至 %v 之间的数：请填写普通人中未通过者所占的比例", competency.Quote(item), mastery.MinFailureRate, mastery.MaxFailureRate))
	}
	code := competency.Trim(competency.NormalizeCode(item))
	_, duplicate := rates[code]
	switch {
	case code == "":
		r.refuse(row, fault.T("the item has no code: give it one, or remove it", "题目没有编号：请填写，或删除该题目"))
	case duplicate:
		r.refuse(row, fault.T("the item %s is given twice: remove one of the two", "题目 %s 重复：请删除其一", competency.Quote(code)))
	}
	rates[code] = rate
}

// readObject reads a value. Of an object it calls field by field, which must read
// the value. It returns false for any other value.
func (r *parametersReader) readObject(field func(name string, row int)) bool {
	switch start, _ := r.tokens.Token(); start {
	case json.Delim('{'):
	case json.Delim('['):
		for r.tokens.More() {
			r.value()
		}
		_, _ = r.tokens.Token()
		return false
	default:
		return false
	}
	for r.tokens.More() {
		name, _ := r.tokens.Token()
		field(name.(string), r.rowOf(r.tokens.InputOffset()))
	}
	_, _ = r.tokens.Token()
	return true
}

// value reads a value and returns its JSON.
func (r *parametersReader) value() string {
	var value json.RawMessage
	_ = r.tokens.Decode(&value)
	return string(value)
}

// suggestField ends a message with the nearest field, if any is near.
func suggestField(name string) fault.Text {
	if len(name) <= competency.MaxCode*utf8.UTFMax { // a longer one resembles nothing
		if near := competency.Nearest(name, []string{versionField, difficultiesField}); near != "" {
			return fault.T("; did you mean %s?", "；是否应为 %s？", near)
		}
	}
	return fault.Text{}
}
