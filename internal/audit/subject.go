package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// subjectKind is the kind of documents that say whose a subject id is. A person has two,
// which are written and deleted together: one is found by the code, the other by the id.
const subjectKind = "audit_subject"

const (
	subjectTTL      = time.Minute // how long an id is used that another instance may have forgotten
	maxSubjectCache = 100_000
)

// subjectBody is what either document says.
type subjectBody struct {
	Subject  string `json:"subject"`
	Employee string `json:"employee"`
}

func documentOfCode(code string) string {
	sum := sha256.Sum256([]byte(code)) // ids of documents are ASCII, and codes need not be
	return "code-" + hex.EncodeToString(sum[:16])
}

func documentOfSubject(id string) string { return "id-" + id }

// subjects is the table of subject ids and codes.
type subjects struct {
	store store.Documents

	mu    sync.Mutex
	cache map[string]cachedSubject // by code
}

type cachedSubject struct {
	id    string
	until time.Time
}

// known returns the subject ids of those codes that have one: in one round trip, none
// where all have been seen of late.
func (s *subjects) known(ctx context.Context, codes map[string]bool, now time.Time) (map[string]string, error) {
	ids, unseen := make(map[string]string, len(codes)), []string{}
	s.mu.Lock()
	for code := range codes {
		if seen, ok := s.cache[code]; ok && now.Before(seen.until) {
			ids[code] = seen.id
		} else {
			unseen = append(unseen, code)
		}
	}
	s.mu.Unlock()
	if len(unseen) == 0 {
		return ids, nil
	}
	found, err := s.find(ctx, unseen)
	if err != nil {
		return nil, err
	}
	s.keep(found, now)
	maps.Copy(ids, found)
	return ids, nil
}

// make makes the subject ids of codes that have none.
func (s *subjects) make(ctx context.Context, codes map[string]bool, now time.Time) error {
	for {
		ids, err := s.known(ctx, codes, now)
		if err != nil {
			return err
		}
		var made []store.Document
		for code := range codes {
			if ids[code] != "" {
				continue
			}
			id := rand.Text()
			body, err := json.Marshal(subjectBody{id, code})
			if err != nil {
				return err
			}
			for _, document := range []string{documentOfCode(code), documentOfSubject(id)} {
				made = append(made, store.Document{Kind: subjectKind, ID: document, At: now, Body: string(body)})
			}
		}
		if err := s.store.PutDocuments(ctx, made); !errors.Is(err, store.ErrConflict) {
			return err
		}
		// Another instance was faster with one of them.
	}
}

func (s *subjects) keep(found map[string]string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache == nil || len(s.cache) > maxSubjectCache {
		s.cache = map[string]cachedSubject{}
	}
	for code, id := range found {
		s.cache[code] = cachedSubject{id, now.Add(subjectTTL)}
	}
}

// find returns the subject ids of those codes that have one.
func (s *subjects) find(ctx context.Context, codes []string) (map[string]string, error) {
	found, documents := map[string]string{}, make([]string, len(codes))
	for i, code := range codes {
		documents[i] = documentOfCode(code)
	}
	err := s.read(ctx, documents, func(b subjectBody) { found[b.Employee] = b.Subject })
	return found, err
}

// codes returns whose subject ids are, without those that have been forgotten.
func (s *subjects) codes(ctx context.Context, ids []string) (map[string]string, error) {
	found, documents := map[string]string{}, make([]string, len(ids))
	for i, id := range ids {
		documents[i] = documentOfSubject(id)
	}
	err := s.read(ctx, documents, func(b subjectBody) { found[b.Subject] = b.Employee })
	return found, err
}

func (s *subjects) read(ctx context.Context, documents []string, each func(subjectBody)) error {
	if len(documents) == 0 { // which would select all
		return nil
	}
	list, err := s.store.Documents(ctx, store.DocumentQuery{Kind: subjectKind, IDs: documents})
	for _, d := range list {
		var b subjectBody
		if err := json.Unmarshal([]byte(d.Body), &b); err != nil {
			return err
		}
		each(b)
	}
	return err
}

// forget deletes the rows of a person.
func (s *subjects) forget(ctx context.Context, code string) error {
	found, err := s.find(ctx, []string{code})
	if err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.cache, code)
	s.mu.Unlock()
	if found[code] == "" {
		return nil
	}
	return s.store.DeleteDocuments(ctx, subjectKind, []string{documentOfCode(code), documentOfSubject(found[code])})
}
