package importing

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/service"
)

// PlanInput are files to import, and how to read them.
type PlanInput struct {
	Files          []*Upload
	Replace, Prune bool
	Encoding       *string
	TimeZone       *string
}

// ApplyInput says which plan to apply.
type ApplyInput struct {
	Number           int
	ConfirmDeletions bool
}

// CancelInput says which import to end.
type CancelInput struct{ Number int }

// JobPayload is the answer to a mutation of an import.
type JobPayload struct {
	Job        *Job
	UserErrors []service.UserError
}

// Refused returns the code of the first thing that has to be fixed, "" where there is none.
func (p JobPayload) Refused() fault.Code {
	if len(p.UserErrors) == 0 {
		return ""
	}
	return p.UserErrors[0].Code
}

// Plan takes files, and plans in the background what importing them would change. It is
// UNAVAILABLE where too many imports wait.
func (i *Imports) Plan(ctx context.Context, in PlanInput) (JobPayload, error) {
	v, err := importer(ctx)
	if err != nil {
		return JobPayload{}, err
	}
	options, read, err := i.readOptions(in)
	if err == nil {
		err = i.checkFiles(in.Files)
	}
	if err != nil {
		return refused(ctx, err)
	}
	r, job, err := i.begin(ctx, func() (*governance.ImportJob, error) {
		files := make([]governance.ImportFile, len(in.Files))
		for at, f := range in.Files {
			files[at] = governance.ImportFile{Name: f.Name, Size: f.Size}
		}
		return i.service.Jobs.Create(ctx, v.Account, files, options)
	})
	if err != nil {
		return refused(ctx, err)
	}
	note(ctx, "upload", job.Number)
	files := in.Files
	for _, f := range files {
		f.taken = true
	}
	i.work(ctx, r, governance.ImportRunning, func(ctx context.Context, r *run) (result, error) {
		return i.plan(ctx, r, job, files, read)
	}, func() {
		for _, f := range files {
			f.Close()
		}
	})
	return JobPayload{Job: i.view(job), UserErrors: []service.UserError{}}, nil
}

// readOptions returns how files are read: for the document of the job, and for exchange.
func (i *Imports) readOptions(in PlanInput) (kept governance.ImportOptions, read exchange.Options, err error) {
	kept = governance.ImportOptions{Replace: in.Replace, Prune: in.Prune, Encoding: in.Encoding, TimeZone: i.ZoneName, ZoneAssumed: i.ZoneAssumed}
	read = exchange.Options{Replace: in.Replace, Prune: in.Prune, Zone: i.Zone, ZoneAssumed: i.ZoneAssumed}
	if in.TimeZone != nil && *in.TimeZone != "" {
		zone, err := time.LoadLocation(*in.TimeZone)
		if err != nil || zone == time.Local {
			return kept, read, problemOf("timeZone", fault.T("%s is no time zone: give one such as Asia/Shanghai", "%s 不是时区：请填写如 Asia/Shanghai 的名称", competency.Quote(*in.TimeZone)))
		}
		kept.TimeZone, kept.ZoneAssumed = zone.String(), false
		read.Zone, read.ZoneAssumed = zone, false
	}
	if in.Encoding != nil {
		if read.Encoding, err = exchange.FindEncoding(*in.Encoding); err != nil {
			var known *fault.Error
			if errors.As(err, &known) {
				err = problemOf("encoding", known.Text)
			}
		}
	}
	return kept, read, err
}

func problemOf(field string, text fault.Text) error {
	return fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: field}, Code: fault.InvalidArgument, Text: text}})
}

// checkFiles cleans the names of files, and refuses too many and two of the same name.
func (i *Imports) checkFiles(files []*Upload) error {
	switch {
	case len(files) == 0:
		return problemOf("files", fault.T("there are no files: upload a workbook, or text files", "没有文件：请上传一个工作簿或若干文本文件"))
	case len(files) > MaxFiles:
		return TooManyFiles()
	}
	seen := map[string]bool{}
	for at, f := range files {
		field := "files." + strconv.Itoa(at)
		if f == nil || f.taken {
			return problemOf(field, fault.T("every file needs a part of its own in the request", "请求中每个文件须各有一个部分"))
		}
		name, err := cleanName(f.Name)
		var known *fault.Error
		if errors.As(err, &known) {
			return problemOf(field, known.Text)
		}
		if f.Name = name; seen[name] {
			return problemOf(field, fault.T("two files are called %s: rename one", "有两个文件同名 %s：请重命名其中一个", competency.Quote(name)))
		}
		seen[name] = true
	}
	return nil
}

// TooManyFiles refuses an upload with more files than an import may have.
func TooManyFiles() error {
	return fault.New(fault.LimitExceeded, "an import has at most %d files: put the tables into one workbook", "一次导入最多 %d 个文件：请把各表放入一个工作簿", MaxFiles)
}

// refused answers what the caller can fix in the payload, and everything else as an error.
func refused(ctx context.Context, err error) (JobPayload, error) {
	var known *fault.Error
	if !errors.As(err, &known) || len(known.Problems) == 0 {
		return JobPayload{}, err
	}
	lang := catalog.Lang(ctx)
	p := JobPayload{UserErrors: []service.UserError{}}
	for _, problem := range known.Problems {
		p.UserErrors = append(p.UserErrors, service.UserError{Field: nonEmpty(problem.Field), Message: problem.Text.In(lang), Code: problem.Code})
	}
	return p, nil
}

// note leaves in the audit what is done with an import.
func note(ctx context.Context, verb string, number int) {
	audit.Note(ctx, audit.Event{Action: access.Import, Verb: verb, Object: strconv.Itoa(number)})
}
