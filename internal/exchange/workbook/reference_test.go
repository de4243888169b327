package workbook_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// A second reader of worksheets, with encoding/xml and a tree, written for clarity alone.
// It says what the streaming one has to find.

var errReference = errors.New("refused")

// node is an element, with the text that stands in it directly.
type node struct {
	name     string
	attrs    map[string]string // without a prefix, and xml:space
	text     string
	children []*node
}

// parseTree reads a document of one element. Extensions and alternatives are left out.
func parseTree(document string) (*node, error) {
	d := xml.NewDecoder(strings.NewReader(document))
	top := &node{}
	stack := []*node{top}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		parent := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				name := a.Name.Local
				switch {
				case a.Name.Space == "http://www.w3.org/XML/1998/namespace" || a.Name.Space == "xml":
					name = "xml:" + name
				case a.Name.Space != "":
					continue
				}
				if _, twice := n.attrs[name]; !twice {
					n.attrs[name] = a.Value
				}
			}
			if n.name != "extLst" && n.name != "AlternateContent" {
				parent.children = append(parent.children, n)
			}
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) == 1 && strings.Trim(string(token), " \t\r\n") != "" {
				return nil, errReference
			}
			parent.text += string(token)
		case xml.Directive:
			return nil, errReference
		}
	}
	if len(top.children) != 1 {
		return nil, errReference
	}
	return top.children[0], nil
}

func (n *node) all(name string) (found []*node) {
	for _, child := range n.children {
		if child.name == name {
			found = append(found, child)
		}
	}
	return found
}

// descendants are all elements of a name, at any depth but not within others of them.
func (n *node) descendants(name string) (found []*node) {
	for _, child := range n.children {
		if child.name == name {
			found = append(found, child)
		} else {
			found = append(found, child.descendants(name)...)
		}
	}
	return found
}

func referenceUnescape(s string) string {
	var units []uint16
	for s != "" {
		if m := escapePattern.FindStringIndex(s); m != nil && m[0] == 0 {
			unit, _ := strconv.ParseUint(s[2:6], 16, 16)
			units = append(units, uint16(unit))
			s = s[7:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		units = utf16.AppendRune(units, r)
		s = s[size:]
	}
	return string(utf16.Decode(units))
}

// referenceText joins the runs of an is element. How far down a t stands does not count.
func referenceText(n *node) string {
	var text strings.Builder
	for _, child := range n.children {
		switch child.name {
		case "rPh", "phoneticPr":
		case "t":
			s := child.text
			if child.attrs["xml:space"] != "preserve" {
				s = strings.Trim(s, " \t\r\n")
			}
			text.WriteString(referenceUnescape(s))
		default:
			text.WriteString(referenceText(child))
		}
	}
	return text.String()
}

// referenceCells reads the cells of a worksheet whose shared strings are given.
func referenceCells(document string, shared []string) (map[workbook.Ref]workbook.Cell, error) {
	root, err := parseTree(document)
	if err != nil {
		return nil, err
	}
	if root.name != "worksheet" {
		return nil, errReference
	}
	found := map[workbook.Ref]workbook.Cell{}
	last := 0
	for _, data := range root.descendants("sheetData") {
		for _, row := range data.all("row") {
			if last, err = referenceRow(row, last, shared, found); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

func referenceRow(row *node, last int, shared []string, found map[workbook.Ref]workbook.Cell) (number int, err error) {
	number = last + 1
	named := row.attrs["r"] != ""
	if value, given := row.attrs["r"]; given {
		named = true
		if number, err = strconv.Atoi(value); err != nil {
			return 0, errReference
		}
	}
	column := 0
	for i, c := range row.all("c") {
		if value, given := c.attrs["r"]; given {
			ref, ok := workbook.ParseRef(value)
			if !ok {
				return 0, errReference
			}
			if i == 0 && !named {
				number = ref.Row
			}
			if ref.Row != number {
				return 0, errReference
			}
			column = ref.Column
		}
		if column >= workbook.MaxColumns {
			return 0, errReference
		}
		cell, content, err := referenceCell(c, shared)
		if err != nil {
			return 0, err
		}
		ref := workbook.Ref{Column: column, Row: number}
		if _, twice := found[ref]; twice && content {
			return 0, errReference
		}
		if content {
			cell.Column = column
			found[ref] = cell
		}
		column++
	}
	if number < 1 || number > workbook.MaxRows {
		return 0, errReference
	}
	return number, nil
}

func referenceCell(c *node, shared []string) (cell workbook.Cell, content bool, err error) {
	value := ""
	for _, child := range c.children {
		switch child.name {
		case "v":
			value += child.text
		case "is":
			value += referenceText(child)
		case "f":
			cell.Formula = true
		}
	}
	plain := strings.Trim(value, " \t\r\n")
	cell.Kind, cell.Text = workbook.Text, value
	switch t := c.attrs["t"]; {
	case t == "s" && value != "":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if value := strings.TrimSpace(value); value == "" {
			i, err = 0, nil
		}
		if err != nil || i < 0 || i >= len(shared) {
			return cell, false, errReference
		}
		cell.Text = shared[i]
	case t == "inlineStr":
	case t == "str":
		cell.Text = referenceUnescape(value)
	case t == "e":
		cell.Kind, cell.Text = workbook.Error, plain
	case t == "b" && (plain == "1" || plain == "true"):
		cell.Kind, cell.Text = workbook.Bool, "TRUE"
	case t == "b" && (plain == "0" || plain == "false"):
		cell.Kind, cell.Text = workbook.Bool, "FALSE"
	case t == "b" || t == "s" || t == "d":
	default:
		cell.Text = plain
		if _, err := strconv.ParseFloat(plain, 64); err == nil && strings.Trim(plain, "0123456789+-.eE") == "" {
			cell.Kind = workbook.Number
		}
	}
	if utf8.RuneCountInString(cell.Text) > workbook.MaxCharacters {
		return cell, false, errReference
	}
	if cell.Text == "" {
		if !cell.Formula || c.attrs["t"] == "str" && len(c.all("v")) > 0 {
			return cell, false, nil
		}
		cell.Kind = workbook.NoResult
	}
	return cell, true, nil
}
