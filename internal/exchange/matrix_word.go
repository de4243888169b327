package exchange

import "strings"

// wordIndex knows headings whatever their decoration.
type wordIndex map[string]bool

// find reports whether a cell is one of the headings.
func (x wordIndex) find(cell string) bool {
	if len(cell) > maxHeading {
		return false
	}
	if x[headingKey(cell)] {
		return true
	}
	outside, _ := cutBrackets(cell)
	return outside != "" && x[headingKey(outside)]
}

// hasChineseHeading reports whether one of the top rows of a matrix has a Chinese heading.
func hasChineseHeading(rows []Row) bool {
	for _, r := range rows[:min(len(rows), maxHeaderRow)] {
		for _, cell := range r.Cells[:min(len(r.Cells), maxHeaderCells)] {
			if !isASCII(cell) && (nameHeadings.find(cell) || fieldHeadings.find(cell)) {
				return true
			}
		}
	}
	return false
}

var (
	// nameHeadings head a column of codes or names.
	nameHeadings = func() wordIndex {
		x := wordIndex{}
		owners := append(tableNames(), "", "技能", "技能点", "能力", "课程", "人员", "职工", "person", "people", "skill", "employee", "knowledge point", "competency", "position")
		for _, owner := range owners {
			for _, word := range strings.Fields("编码 编号 代码 名称 名 姓名 工号 code id name 英文名称 name_en 英文名") {
				x[headingKey(owner+word)] = true
			}
			x[headingKey(owner)] = owner != ""
		}
		return x
	}()
	// fieldHeadings head what else people write of the records beside a matrix.
	fieldHeadings = func() wordIndex {
		x := wordIndex{}
		for _, s := range schemas {
			for _, h := range s.headings() {
				x[headingKey(h.en)], x[headingKey(h.zh)] = true, true
			}
		}
		for _, word := range strings.Fields(`班组 班次 车间 工段 产线 单位 公司 团队 小组 组别 工种 职务 职称 职位 级别 性别 年龄 工龄 司龄 学历 专业 入职日期 入职时间 出生日期 电话 手机 邮箱 照片 身份证号
			类别 分类 大类 小类 模块 领域 序列 team group shift department unit title role grade gender age phone email joined category area module`) {
			x[headingKey(word)] = true
		}
		return x
	}()
)
