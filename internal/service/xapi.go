package service

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/xapi"
)

// Receipt tells what became of statements.
type Receipt struct {
	IDs []string // of the statements, in their order
	// How many became evidence, had become it before, took something back, tell of no
	// result or of one that counts already, and could not be mapped and are kept as such.
	Recorded, Known, Retracted, Ignored, SetAside int
	// UntrustedHomePages are those of accounts that were taken for codes of employees
	// though nothing says that they are trusted, sorted.
	UntrustedHomePages []string
}

// Receive makes evidence of statements. What cannot be mapped is kept as such (a dead
// letter), and so is what is malformed; what tells of no result leaves no trace. To send
// the same again does no harm. CONFLICT where a statement has the id of another one with
// other content: then nothing is taken.
func (s *Service) Receive(ctx context.Context, list []xapi.Statement) (r Receipt, err error) {
	if len(list) > MaxEvidence {
		return r, fault.New(fault.LimitExceeded, "at most %d statements can be sent at once: send them in parts", "一次最多处理 %d 条语句：请分批发送", MaxEvidence)
	}
	r.IDs = []string{}
	now := s.clock()
	arrivals := make([]arrival, len(list))
	for i, st := range list {
		if st.ID == "" {
			st.ID = randomUUID()
		}
		r.IDs = append(r.IDs, st.ID)
		arrivals[i] = arrival{st, now}
	}
	in, err := s.newIntake(ctx, arrivals)
	if err != nil {
		return r, err
	}
	if err := in.refuseDenied(ctx); err != nil {
		return r, err
	}
	if twice, err := in.findKnown(ctx, true); err != nil || len(twice) > 0 {
		if err == nil {
			err = contradiction(arrivals[twice[0]].ID)
		}
		return r, err
	}
	if err := in.record(ctx); err != nil {
		return r, err
	}
	var voided []string
	for i, f := range in.results {
		switch f.outcome {
		case people.EvidenceRecorded:
			r.Recorded++
		case people.EvidenceDuplicate:
			r.Known++
		case people.EvidenceRetracted:
			r.Retracted++
		case people.EvidenceRefused:
			r.SetAside++
			if id, ok := arrivals[i].Voids(); ok {
				voided = append(voided, id)
			}
		default:
			r.Ignored++
		}
	}
	if err := s.People.KeepUnmapped(ctx, in.unmapped()); err != nil {
		return r, err
	}
	s.retries.note(in)
	r.UntrustedHomePages = in.untrustedHomePages()
	return r, s.retryVoidings(ctx, voided) // the voided ones may have come since they were looked for
}

// refuseDenied refuses all statements where the sender is denied to record or to void what
// one of them is about.
func (in *intake) refuseDenied(ctx context.Context) error {
	place, err := in.People.DeniedEvidence(ctx, in.evidence)
	if err != nil {
		return err
	}
	if place >= 0 {
		return deniedStatement(in.list[in.of[place]].ID)
	}
	if len(in.voiding) == 0 {
		return nil
	}
	ids, voids := make([]string, len(in.voiding)), map[string]string{}
	for n, i := range in.voiding {
		ids[n], _ = in.list[i].Voids()
		voids[ids[n]] = in.list[i].ID
	}
	denied, err := in.People.DeniedRetractions(ctx, ids)
	if err == nil && len(denied) > 0 {
		err = deniedStatement(voids[denied[0]])
	}
	return err
}

func deniedStatement(id string) *fault.Error {
	return fault.New(fault.PermissionDenied, "you have no permission to send the statement %s; nothing of this request was taken",
		"没有发送语句 %s 的权限；本次请求未处理任何语句", id)
}

func contradiction(id string) *fault.Error {
	return fault.New(fault.Conflict, "the statement %s came before with other content: send the new one under another id; nothing of this request was taken",
		"语句 %s 此前已收到，但内容不同：请用新的 id 发送；本次请求未处理任何语句", id)
}

// untrustedHomePages returns the home pages of accounts that are trusted for want of a
// rule.
func (in *intake) untrustedHomePages() (list []string) {
	for _, i := range in.of {
		if page := in.list[i].UntrustedHomePage(in.mapping); page != "" {
			list = append(list, page)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
