package exchange

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
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
)

// parametersVersion is that of the file that WriteParameters writes, and the only
// one that ReadParameters knows.
const parametersVersion = 1

// The fields of that file.
const (
	versionField      = "version"
	difficultiesField = "difficulties"
)

// WriteParameters writes what a log has taught about items: JSON with a version and,
// by item code, the share of average people who fail it, with four decimals. The
// items are sorted, and the same parameters give the same bytes. A file that is
// there already is replaced at once or not at all. An error is returned where the
// file cannot be written, and where a code is not UTF-8.
func WriteParameters(path string, p mastery.Parameters) (err error) {
	shares := p.Failing()
	for item, share := range shares {
		if !utf8.ValidString(item) {
			return fault.New(fault.InvalidArgument, "the item %s is not written in UTF-8: save the log as UTF-8", "题目编号 %s 不是 UTF-8：请将日志另存为 UTF-8",
				competency.Quote(item))
		}
		shares[item] = math.Round(share*1e4) / 1e4
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(struct {
		Version      int                `json:"version"`
		Difficulties map[string]float64 `json:"difficulties"`
	}{parametersVersion, shares}); err != nil {
		return err
	}
	unwritable := func(err error) error {
		return fault.Because(err, fault.InvalidArgument, "%s cannot be written: check the path and its permissions", "无法写入 %s：请检查路径和权限", path)
	}
	// In the folder of the file, for that is surely on the same file system.
	work, err := os.MkdirTemp(filepath.Dir(path), ".zhitu-*")
	if err != nil {
		return unwritable(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	whole := filepath.Join(work, filepath.Base(path))
	if err = os.WriteFile(whole, out.Bytes(), 0o666); err == nil {
		err = os.Rename(whole, path)
	}
	if err != nil {
		return unwritable(err)
	}
	return nil
}

// ReadParameters reads what WriteParameters writes, and people may edit. Item codes
// are taken as those of evidence are: in NFC, without space around. Where there are
// problems the parameters are not all there. An error is returned only where the
// file cannot be read at all.
func ReadParameters(path string) (p mastery.Parameters, problems []LocatedProblem, err error) {
	file, err := os.Open(path)
	if err != nil {
		return p, nil, readError(path, err)
	}
	defer file.Close()
	data, err := inflated(file)
	if err != nil {
		return p, nil, readError(path, err)
	}
	r := parameters{name: filepath.Base(path)}
	if len(data) > maxFileBytes {
		r.refuse(0, fault.T("the file is larger than %d MB: remove items", "文件超过 %d MB：请删减题目", maxFileBytes>>20))
		return p, r.problems, nil
	}
	r.data, _ = decodeBOM(string(data))
	return mastery.FromFailing(r.read()), sortProblems(r.problems), nil
}

// parameters is a file of them while it is read, token by token: so each problem
// has its row.
type parameters struct {
	name, data string
	tokens     *json.Decoder
	problems   []LocatedProblem
	row        int // of the byte at, as far as was counted
	at         int64
}

func (r *parameters) refuse(row int, text fault.Text) {
	r.problems = append(r.problems, LocatedProblem{Location: Location{File: r.name, Row: row}, Code: fault.InvalidArgument, Text: text})
}

// rowOf returns the row of a byte, which is none before the last that was asked for.
func (r *parameters) rowOf(offset int64) int {
	r.row += strings.Count(r.data[r.at:offset], "\n")
	r.at = offset
	return r.row + 1
}

// read returns the share of people who fail each item.
func (r *parameters) read() map[string]float64 {
	row := 0
	for line := range strings.Lines(r.data) {
		if row++; !utf8.ValidString(line) {
			r.refuse(row, fault.T("the file is not written in UTF-8: save it as UTF-8", "文件不是 UTF-8：请另存为 UTF-8"))
			return nil
		}
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal([]byte(r.data), new(json.RawMessage)); errors.As(err, &syntax) {
		r.refuse(r.rowOf(max(0, syntax.Offset-1)), fault.T("this is not JSON, here or a little before: mend it, or write the file anew with zhitu mastery fit",
			"此处或稍前不是有效的 JSON：请改正，或用 zhitu mastery fit 重新生成文件"))
		return nil
	}
	r.tokens = json.NewDecoder(strings.NewReader(r.data)) // of what is JSON, so that no token can fail
	shares, foreign, seen := map[string]float64{}, 0, map[string]int{}
	ok := r.object(func(field string, row int) {
		first := seen[field]
		seen[field] = row
		switch {
		case first > 0:
			r.skip()
			r.refuse(row, fault.T("the field %s is given in row %d too: remove one of the two", "字段 %s 在第 %d 行已给出：请删除其一", field, first))
		case field == versionField:
			if version := r.skip(); version != strconv.Itoa(parametersVersion) {
				foreign = row
			}
		case field == difficultiesField:
			if !r.object(func(item string, row int) { r.item(shares, item, row) }) {
				r.refuse(row, fault.T(`difficulties are by item: give them as {"item": 0.5}`, `难度按题目给出：请写成 {"题目": 0.5}`))
			}
		default:
			r.skip()
			r.refuse(row, fault.T("there is no field %s: remove it%s", "不存在字段 %s：请删除%s", competency.Quote(field),
				suggest(field, []string{versionField, difficultiesField})))
		}
	})
	switch {
	case !ok:
		r.refuse(0, fault.T("this is not an object with version and difficulties: write the file with zhitu mastery fit",
			"这不是含 version 和 difficulties 的对象：请用 zhitu mastery fit 生成文件"))
		return nil
	case foreign > 0: // what the rest means there nobody knows
		r.problems = nil
		r.refuse(foreign, fault.T("the version is not %d, the only one that this program knows: update it, or write the file anew with zhitu mastery fit",
			"版本不是本程序唯一支持的 %d：请升级本程序，或用 zhitu mastery fit 重新生成文件", parametersVersion))
	}
	for _, field := range []string{versionField, difficultiesField} {
		if seen[field] == 0 && foreign == 0 {
			r.refuse(0, fault.T("the field %s is missing: add it, or write the file anew with zhitu mastery fit",
				"缺少字段 %s：请补上，或用 zhitu mastery fit 重新生成文件", field))
		}
	}
	return shares
}

// item reads the share of people who fail an item.
func (r *parameters) item(shares map[string]float64, item string, row int) {
	share, err := strconv.ParseFloat(r.skip(), 64)
	if err != nil || share < mastery.LeastFailing || share > mastery.MostFailing {
		r.refuse(row, fault.T("the difficulty of %s is not a number from %v to %v: give the share of average people who fail it",
			"%s 的难度不是 %v 至 %v 之间的数：请填写普通人中未通过者所占的比例", competency.Quote(item), mastery.LeastFailing, mastery.MostFailing))
	}
	code := competency.Trim(competency.Code(item))
	_, twice := shares[code]
	switch {
	case code == "":
		r.refuse(row, fault.T("the item has no code: give it one, or remove it", "题目没有编号：请填写，或删除该题目"))
	case twice:
		r.refuse(row, fault.T("the item %s is given twice: remove one of the two", "题目 %s 重复：请删除其一", competency.Quote(code)))
	}
	shares[code] = share
}

// object reads a value: where it is an object, field by field, each of whose values
// is to be read by the function.
func (r *parameters) object(field func(name string, row int)) bool {
	switch start, _ := r.tokens.Token(); start {
	case json.Delim('{'):
	case json.Delim('['):
		for r.tokens.More() {
			r.skip()
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

// skip reads a value and returns it as it stands.
func (r *parameters) skip() string {
	var value json.RawMessage
	_ = r.tokens.Decode(&value)
	return string(value)
}
