package importing

import (
	"context"
	"errors"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/service"
)

// Apply applies the plan of an own import in the background.
func (i *Imports) Apply(ctx context.Context, in ApplyInput) (JobPayload, error) {
	v, err := importer(ctx)
	if err != nil {
		return JobPayload{}, err
	}
	if _, err := i.service.Jobs.Read(ctx, v.Account, in.Number); err != nil {
		return refusedNumber(ctx, err)
	}
	return JobPayload{}, fault.New(fault.Unavailable, "plans are not applied here", "此处无法应用计划")
}

// Cancel ends an own import, or drops what it has come to.
func (i *Imports) Cancel(ctx context.Context, in CancelInput) (JobPayload, error) {
	v, err := importer(ctx)
	if err != nil {
		return JobPayload{}, err
	}
	var dropped governance.ImportJob
	job, err := i.service.Jobs.Update(ctx, v.Account, in.Number, func(job *governance.ImportJob) error {
		switch job.State {
		case governance.ImportApplying, governance.ImportApplied:
			return fault.FromProblems([]fault.Problem{{
				Place: fault.Place{Field: "number"}, Code: fault.Conflict,
				Text: fault.T("the plan is applied, or about to be: it cannot be cancelled any more", "计划已应用或正在应用：不能再取消"),
			}})
		case governance.ImportCancelled, governance.ImportExpired:
			return nil
		}
		dropped = *job
		job.ForgetContent()
		job.State = governance.ImportCancelled
		return nil
	})
	if err != nil {
		return refusedNumber(ctx, err)
	}
	i.mu.Lock()
	r := i.jobs[jobKey{v.Account, in.Number}]
	i.mu.Unlock()
	if r != nil {
		r.cancel(errCancelled)
	}
	if dropped.Number != 0 {
		note(ctx, "cancel", in.Number)
		if err := i.service.Jobs.DropContent(ctx, &dropped); err != nil {
			return JobPayload{}, err
		}
	}
	return JobPayload{Job: i.view(job), UserErrors: []service.UserError{}}, nil
}

// refusedNumber is refused, where NOT_FOUND is a problem of the number.
func refusedNumber(ctx context.Context, err error) (JobPayload, error) {
	var known *fault.Error
	if errors.As(err, &known) && known.Code == fault.NotFound && len(known.Problems) == 0 {
		err = fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: "number"}, Code: fault.NotFound, Text: known.Text}})
	}
	return refused(ctx, err)
}
