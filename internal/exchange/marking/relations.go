package marking

import (
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Namespaces of relations: transitional and strict documents have their own.
const (
	packageRelations      = "http://schemas.openxmlformats.org/package/2006/relationships"
	transitionalRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictRelations       = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	transitionalSheets    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictSheets          = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// relation is a relation of a part to another part of the package.
type relation struct {
	id     string
	kind   string // the last word of its type, such as worksheet
	target string // the name of the other part
}

// relations lists the relations of a part within the package; name "" is the package itself.
func (p *packageFile) relations(name string) ([]relation, error) {
	from := p.find(relationsName(name))
	if from == nil {
		return nil, nil
	}
	data, err := p.read(from)
	if err != nil {
		return nil, err
	}
	all, err := parse(data)
	if err != nil {
		return nil, damaged(from.name, err)
	}
	var list []relation
	for _, e := range all {
		if tag := tagOf(data, e); e.name == "Relationship" && value(tag, "TargetMode") != "External" {
			kind := value(tag, "Type")
			list = append(list, relation{id: value(tag, "Id"), kind: kind[strings.LastIndexByte(kind, '/')+1:], target: resolve(name, value(tag, "Target"))})
		}
	}
	return list, nil
}

// resolve returns the name of the part that the target of a relation means.
func resolve(from, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join(path.Dir(from), target)
}

// relationOf returns the first relation of a kind.
func relationOf(list []relation, kind string) (relation, bool) {
	for _, r := range list {
		if r.kind == kind {
			return r, true
		}
	}
	return relation{}, false
}

// addRelation adds a relation of a part and returns its id.
func (p *packageFile) addRelation(from, base, kind, target string) (string, error) {
	name := relationsName(from)
	one := p.find(name)
	if one == nil {
		one = p.add(name, []byte(header+`<Relationships xmlns="`+packageRelations+`"></Relationships>`))
	}
	data, err := p.read(one)
	if err != nil {
		return "", err
	}
	all, err := parse(data)
	if err != nil {
		return "", damaged(one.name, err)
	}
	root, err := all.root("Relationships")
	if err != nil {
		return "", damaged(one.name, err)
	}
	taken := map[string]bool{}
	for _, e := range all {
		taken[value(tagOf(data, e), "Id")] = true
	}
	n := len(all)
	for taken["rId"+itoa(n)] {
		n++
	}
	id := "rId" + itoa(n)
	relative, err := filepath.Rel("/"+path.Dir(from), "/"+target)
	if err != nil {
		relative = "/" + target
	}
	var e edits
	e.appendTo(data, root, `<`+root.qualified("Relationship")+` Id="`+id+`" Type="`+base+"/"+kind+`" Target="`+escape(filepath.ToSlash(relative))+`"/>`)
	p.change(one, 0, e.apply(data))
	return id, nil
}

// removeRelations removes the relations of a part to a target.
func (p *packageFile) removeRelations(from, target string) error {
	one := p.find(relationsName(from))
	if one == nil {
		return nil
	}
	return p.edit(one, func(data []byte, all elements, e *edits) error {
		for _, el := range all {
			if el.name == "Relationship" && partKey(resolve(from, value(tagOf(data, el), "Target"))) == partKey(target) {
				e.remove(el)
			}
		}
		return nil
	})
}

// edit changes a part that is read as a whole. It stays as it is where there are no edits.
func (p *packageFile) edit(one *part, change func(data []byte, all elements, e *edits) error) error {
	data, err := p.read(one)
	if err != nil {
		return err
	}
	all, err := parse(data)
	if err != nil {
		return damaged(one.name, err)
	}
	var e edits
	if err = change(data, all, &e); err != nil {
		return damaged(one.name, err)
	}
	if len(e) > 0 {
		p.change(one, 0, e.apply(data))
	}
	return nil
}

const contentTypes = "[Content_Types].xml"

// addContentType says what a part is: by its name, or by its extension where name is empty.
func (p *packageFile) addContentType(name, extension, kind string) error {
	one := p.find(contentTypes)
	if one == nil {
		return damaged(contentTypes, errDamaged)
	}
	return p.edit(one, func(data []byte, all elements, e *edits) error {
		root, err := all.root("Types")
		if err != nil {
			return err
		}
		if name != "" {
			e.appendTo(data, root, `<`+root.qualified("Override")+` PartName="/`+escape(name)+`" ContentType="`+kind+`"/>`)
			return nil
		}
		for _, el := range all {
			if el.name == "Default" && strings.EqualFold(value(tagOf(data, el), "Extension"), extension) {
				return nil
			}
		}
		e.appendTo(data, root, `<`+root.qualified("Default")+` Extension="`+extension+`" ContentType="`+kind+`"/>`)
		return nil
	})
}

// removeContentType removes what is said of a part by its name.
func (p *packageFile) removeContentType(name string) error {
	one := p.find(contentTypes)
	if one == nil {
		return damaged(contentTypes, errDamaged)
	}
	return p.edit(one, func(data []byte, all elements, e *edits) error {
		for _, el := range all {
			if el.name == "Override" && partKey(value(tagOf(data, el), "PartName")) == partKey(name) {
				e.remove(el)
			}
		}
		return nil
	})
}
