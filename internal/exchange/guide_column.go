package exchange

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// noExample stands where a row has no cell.
var noExample = fault.Text{EN: "–", ZH: "–"}

// columnGuides say what columns mean and show an example, by table and column. Where a
// column has no meaning here, its name and what its cells may hold are enough. The examples
// of a table are a row of it that import reads.
var columnGuides = map[string]columnGuide{
	competency.Competencies + ".code":    {example: fault.T("C-01", "C-01")},
	competency.Competencies + ".name":    {example: fault.T("Switching", "倒闸作业")},
	competency.Competencies + ".name_en": {example: fault.T("Switching", "Switching")},
	competency.Competencies + ".parent":  {fault.T("the competency above this one", "上一层能力项"), fault.T("C-00", "C-00 变电运维")},

	competency.KnowledgePoints + ".code":       {example: fault.T("KP-001", "KP-001")},
	competency.KnowledgePoints + ".name":       {example: fault.T("Switching operations", "倒闸操作")},
	competency.KnowledgePoints + ".name_en":    {example: fault.T("Switching operations", "Switching operations")},
	competency.KnowledgePoints + ".competency": {fault.T("the competency that it belongs to", "所属能力项"), fault.T("C-01 Switching", "C-01 倒闸作业")},
	competency.KnowledgePoints + ".kind":       {fault.T("KNOWLEDGE where empty", "不填为知识型"), fault.T("SKILL", "技能型")},
	competency.KnowledgePoints + ".nature":     {fault.T("PROCEDURAL where empty", "不填为规程化"), fault.T("PROCEDURAL", "规程化")},
	competency.KnowledgePoints + ".minutes":    {fault.T("how long learning it takes", "学习所需分钟"), fault.T("45", "45")},
	competency.KnowledgePoints + ".difficulty": {fault.T("at least 0", "不小于 0"), fault.T("2.5", "2.5")},
	competency.KnowledgePoints + ".tags":       {example: fault.T("safety;on site", "安规;现场")},

	competency.Prerequisites + ".prerequisite": {fault.T("what comes first", "先学的内容"), fault.T("KP-001 Switching operations", "KP-001 倒闸操作")},
	competency.Prerequisites + ".dependent":    {fault.T("what needs it", "依赖它的内容"), fault.T("KP-002 Fault handling", "KP-002 事故处理")},
	competency.Prerequisites + ".strength":     {fault.T("HARD where empty: must come first; SOFT: better first", "不填为硬（必须先学）；软为建议先学"), fault.T("HARD", "硬")},
	competency.Prerequisites + ".clause":       {fault.T("rows of one dependent with the same clause are alternatives: any one of them is enough", "同一后续中条件组相同的各行任一满足即可"), fault.T("A", "甲")},
	competency.Prerequisites + ".level":        {fault.T("how well it must be mastered; 0.7 where empty", "须达到的等级，不填为 0.7"), fault.T("apply", "掌握")},

	competency.RelatedPairs + ".a": {fault.T("the two have no order", "两者不分先后"), fault.T("KP-001 Switching operations", "KP-001 倒闸操作")},
	competency.RelatedPairs + ".b": {example: fault.T("KP-002 Fault handling", "KP-002 事故处理")},

	competency.Positions + ".code":   {example: fault.T("POS-OP", "POS-OP")},
	competency.Positions + ".name":   {example: fault.T("Substation operator", "变电运维员")},
	competency.Positions + ".family": {fault.T("such as technology", "如 技术序列"), fault.T("technology", "技术")},
	competency.Positions + ".grade":  {example: fault.T("P5", "P5")},

	competency.Requirements + ".position": {example: fault.T("POS-OP Substation operator", "POS-OP 变电运维员")},
	competency.Requirements + ".target":   {fault.T("what the position asks for", "岗位要求掌握的内容"), fault.T("KP-001 Switching operations", "KP-001 倒闸操作")},
	competency.Requirements + ".level":    {fault.T("0.7 where empty", "不填为 0.7"), fault.T("proficient", "熟练")},
	competency.Requirements + ".weight":   {fault.T("above 0; 1 where empty", "大于 0，不填为 1"), fault.T("2.5", "2.5")},
	competency.Requirements + ".critical": {fault.T("whether nobody may hold the position without it; no where empty", "是否不达标即不能上岗，不填为否"), fault.T("yes", "是")},

	competency.Resources + ".code":     {example: fault.T("R-001", "R-001")},
	competency.Resources + ".title":    {example: fault.T("Rules for switching", "倒闸操作规程")},
	competency.Resources + ".url":      {example: fault.T("https://example.com/rules", "https://example.com/rules")},
	competency.Resources + ".minutes":  {example: fault.T("20", "20")},
	competency.Resources + ".language": {fault.T("such as zh-CN", "如 zh-CN"), fault.T("en", "zh-CN")},
	competency.Resources + ".teaches":  {fault.T("what it teaches", "所讲授的内容"), fault.T("KP-001 Switching operations", "KP-001 倒闸操作")},

	competency.OrgUnits + ".code":   {example: fault.T("D10", "D10")},
	competency.OrgUnits + ".name":   {example: fault.T("Operations", "运维部")},
	competency.OrgUnits + ".parent": {fault.T("the department above this one", "上一级部门"), fault.T("D00", "D00 公司")},

	competency.Employees + ".code":       {example: fault.T("E001", "E001")},
	competency.Employees + ".name":       {example: fault.T("Wang Fang", "王芳")},
	competency.Employees + ".org_unit":   {example: fault.T("D10 Operations", "D10 运维部")},
	competency.Employees + ".position":   {fault.T("the position held", "现任岗位"), fault.T("POS-OP Substation operator", "POS-OP 变电运维员")},
	competency.Employees + ".targets":    {fault.T("positions aimed at", "希望担任的岗位"), fault.T("POS-SE;POS-OP", "POS-SE;POS-OP")},
	competency.Employees + ".modalities": {fault.T("the preferred one first", "最喜欢的在前"), fault.T("VIDEO;PRACTICE", "视频;实操")},
	competency.Employees + ".manager":    {example: fault.T("E002 Li Na", "E002 李娜")},

	competency.MasteryStates + ".employee":        {example: fault.T("E001 Wang Fang", "E001 王芳")},
	competency.MasteryStates + ".knowledge_point": {example: fault.T("KP-001 Switching operations", "KP-001 倒闸操作")},
	competency.MasteryStates + ".mastery":         {example: fault.T("0.85", "0.85")},
	competency.MasteryStates + ".assessed_at":     {fault.T("the time of the import where empty", "不填为导入时间"), fault.T("2026-11-20", "2026-11-20")},

	competency.Levels + ".label":    {example: fault.T("apply", "掌握")},
	competency.Levels + ".label_en": {example: fault.T("apply", "apply")},
	competency.Levels + ".digit":    {fault.T("the digit that stands for it", "代表它的数字"), fault.T("3", "3")},
	competency.Levels + ".level":    {fault.T("from 0 to 1; the sheet replaces the whole scale", "0 至 1；此表替换整个等级表"), fault.T("0.7", "0.7")},

	competency.EvidenceRecords + ".id":               {fault.T("with it the same evidence is known again; without it a time is needed", "用于识别同一证据；不填则须填时间"), fault.T("EX-2026-001", "EX-2026-001")},
	competency.EvidenceRecords + ".employee":         {example: fault.T("E001 Wang Fang", "E001 王芳")},
	competency.EvidenceRecords + ".knowledge_points": {example: fault.T("KP-001;KP-002", "KP-001;KP-002")},
	competency.EvidenceRecords + ".score":            {fault.T("from 0 to 1, or out of the maximum; or give correct", "0 至 1，或与满分一起；也可改填“正确”"), fault.T("85", "85")},
	competency.EvidenceRecords + ".max":              {fault.T("what the score is out of", "满分"), fault.T("100", "100")},
	competency.EvidenceRecords + ".correct":          {fault.T("instead of a score", "代替得分"), noExample},
	competency.EvidenceRecords + ".at":               {example: fault.T("2026-11-20 14:30", "2026-11-20 14:30")},
	competency.EvidenceRecords + ".source":           {example: fault.T("autumn exam", "秋季考试")},
	competency.EvidenceRecords + ".item":             {fault.T("the question or task", "试题或任务"), fault.T("Q12", "Q12")},
	competency.EvidenceRecords + ".attempts":         {example: fault.T("1", "1")},
	competency.EvidenceRecords + ".duration_seconds": {example: fault.T("1800", "1800")},
	competency.EvidenceRecords + ".difficulty":       {fault.T("the share of people who fail, from 0 to 1", "答错者所占比例，0 至 1"), fault.T("0.3", "0.3")},
	competency.EvidenceRecords + ".retracted":        {fault.T("yes takes the evidence back", "填“是”撤回该证据"), fault.T("no", "否")},
}
