package workbook

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"
	"strconv"

	"github.com/zhitu/zhitu/internal/fault"
)

func refuse(en, zh string, args ...any) error {
	return fault.New(fault.InvalidArgument, en, zh, args...)
}

// The refusals of whole files, by content.
var (
	errEmpty     = fault.T("the file is empty: save or download it again", "文件是空的：请重新保存或下载")
	errDamaged   = fault.T("the workbook is cut off or damaged: copy or download it again, or save it again in Excel or WPS", "工作簿不完整或已损坏：请重新复制或下载，或在 Excel 或 WPS 中重新保存")
	errPassword  = fault.T("the workbook is protected by a password: take it off (文件 → 信息 → 保护工作簿) and import again", "工作簿设有打开密码：请先取消密码（文件 → 信息 → 保护工作簿），再重新导入")
	errOld       = fault.T("a workbook of Excel 97–2003 or WPS (.et): save it as .xlsx and import again", "这是 Excel 97–2003 工作簿或 WPS 表格（.et）：请另存为 .xlsx 后重新导入")
	errBinary    = fault.T("a binary workbook (.xlsb): save it as .xlsx and import again", "这是二进制工作簿（.xlsb）：请另存为 .xlsx 后重新导入")
	errXML       = fault.T("an XML spreadsheet of Excel 2003: open it in Excel or WPS, save it as .xlsx and import again", "这是 XML 电子表格 2003：请在 Excel 或 WPS 中打开，另存为 .xlsx 后重新导入")
	errWebPage   = fault.T("this is a web page, not a workbook: open it in Excel or WPS and save it as .xlsx", "这是网页，不是工作簿：请在 Excel 或 WPS 中打开，另存为 .xlsx")
	errNumbers   = fault.T("a document of Apple Numbers: export it as Excel (.xlsx) and import again", "这是 Apple Numbers 文稿：请导出为 Excel（.xlsx）后重新导入")
	errODF       = fault.T("a document of LibreOffice or OpenOffice (.ods): save it as .xlsx and import again", "这是 LibreOffice 或 OpenOffice 文档（.ods）：请另存为 .xlsx 后重新导入")
	errWord      = fault.T("a Word document, not a workbook: copy its tables into a workbook and save that as .xlsx", "这是 Word 文档，不是工作簿：请把其中的表格复制到工作簿，另存为 .xlsx")
	errSlides    = fault.T("a presentation, not a workbook: copy its tables into a workbook and save that as .xlsx", "这是演示文稿，不是工作簿：请把其中的表格复制到工作簿，另存为 .xlsx")
	errPlainText = fault.T("this is plain text, not a workbook: where it is CSV, let its name end in .csv; else open it in Excel or WPS and save it as .xlsx", "这是纯文本，不是工作簿：如果是 CSV，请将扩展名改为 .csv；否则请在 Excel 或 WPS 中打开，另存为 .xlsx")
	errOtherFile = fault.T("this is no workbook: open it in the program that made it, and save it as .xlsx", "这不是工作簿：请用原来的程序打开，另存为 .xlsx")
)

func refusal(text fault.Text) error {
	return &fault.Error{Code: fault.InvalidArgument, Text: text}
}

// damaged refuses what no spreadsheet program writes.
func damaged(cause error) error {
	return &fault.Error{Code: fault.InvalidArgument, Text: errDamaged, Cause: cause}
}

// damagedCell refuses a sheet for what stands in a cell of it.
func damagedCell(cell Ref) error {
	return refuse("cell %s is damaged: save the workbook again in Excel or WPS", "单元格 %s 已损坏：请在 Excel 或 WPS 中重新保存工作簿", cell)
}

// explain turns what went wrong while a part was read into a refusal. Ends of contexts and
// errors of the disk stay as they are.
func explain(err error, part string) error {
	var refused *fault.Error
	var corrupt flate.CorruptInputError
	switch {
	case err == nil || errors.As(err, &refused):
		return err
	case errors.Is(err, errDoctype):
		return refuse("part %s of the workbook declares a document type (DOCTYPE), which no spreadsheet program writes: save the workbook again in Excel or WPS",
			"工作簿的部件 %s 含有文档类型声明（DOCTYPE），表格软件不会这样写：请在 Excel 或 WPS 中重新保存工作簿", quote(part))
	case errors.Is(err, errTooLarge), errors.Is(err, errSyntax), errors.Is(err, errEncoding),
		errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, zip.ErrChecksum),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrNoProgress), errors.As(err, &corrupt):
		return fault.Wrap(err, fault.InvalidArgument,
			"the workbook is cut off or damaged in its part %s: copy or download it again, or save it again in Excel or WPS",
			"工作簿不完整或其部件 %s 已损坏：请重新复制或下载，或在 Excel 或 WPS 中重新保存", quote(part))
	}
	return err
}

// quote shows at most 64 characters of a name that the file gives.
func quote(s string) string {
	const most = 64
	seen := 0
	for i := range s {
		if seen == most {
			return strconv.Quote(s[:i] + "…")
		}
		seen++
	}
	return strconv.Quote(s)
}
