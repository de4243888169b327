package competency

// Normalize puts every code of the set into NFC, orders every undirected pair, and
// trims every text, in place. What reads a change set from input calls it first.
func (cs *ChangeSet) Normalize() {
	for _, r := range []*Records{&cs.Put, &cs.Delete} {
		for i := range r.Competencies {
			k := &r.Competencies[i]
			nfc(&k.Code, &k.Parent)
			trim(&k.Name, &k.NameEN, &k.Description)
		}
		for i := range r.KnowledgePoints {
			k := &r.KnowledgePoints[i]
			nfc(&k.Code, &k.Competency)
			trim(&k.Name, &k.NameEN, &k.Description)
			trimAll(k.Tags)
		}
		for i := range r.Prerequisites {
			p := &r.Prerequisites[i]
			nfc(&p.Prerequisite, &p.Dependent, &p.Clause)
			trim(&p.Clause, &p.Reason)
		}
		for i := range r.Related {
			nfc(&r.Related[i].A, &r.Related[i].B)
			r.Related[i] = r.Related[i].Canonical()
		}
		for i := range r.Positions {
			p := &r.Positions[i]
			nfc(&p.Code)
			trim(&p.Name, &p.NameEN, &p.Family, &p.Grade, &p.Description)
		}
		for i := range r.Requirements {
			nfc(&r.Requirements[i].Position, &r.Requirements[i].Target)
		}
		for i := range r.Resources {
			s := &r.Resources[i]
			nfc(&s.Code)
			trim(&s.Title, &s.URL, &s.Language)
			nfcAll(s.Teaches)
		}
		for i := range r.Scale {
			trim(&r.Scale[i].Label, &r.Scale[i].LabelEN)
		}
		for i := range r.OrgUnits {
			u := &r.OrgUnits[i]
			nfc(&u.Code, &u.Parent)
			trim(&u.Name)
		}
		for i := range r.Employees {
			e := &r.Employees[i]
			nfc(&e.Code, &e.OrgUnit, &e.Position, &e.Manager)
			trim(&e.Name)
			nfcAll(e.Targets)
		}
		for i := range r.Mastery {
			nfc(&r.Mastery[i].Employee, &r.Mastery[i].KnowledgePoint)
		}
	}
}

func nfc(codes ...*string) {
	for _, c := range codes {
		*c = NormalizeCode(*c)
	}
}

func nfcAll(codes []string) {
	for i := range codes {
		codes[i] = NormalizeCode(codes[i])
	}
}

func trim(texts ...*string) {
	for _, t := range texts {
		*t = Trim(*t)
	}
}

func trimAll(texts []string) {
	for i := range texts {
		texts[i] = Trim(texts[i])
	}
}
