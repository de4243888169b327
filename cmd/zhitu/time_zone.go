package main

import (
	"time"
	_ "time/tzdata" // the zones, for machines that have none

	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/competency"
)

func timeZoneFlag(flags *pflag.FlagSet) {
	flags.String("time-zone", "", "zone of times that name none, such as Asia/Shanghai (default: that of the machine)")
}

// zone returns the time zone of times that name none: the setting, else that of the
// machine.
func (a *app) zone() (*time.Location, error) {
	name := a.cfg.TimeZone
	if name == "" {
		return time.Local, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.Local { // "Local" would be another setting on each machine
		return nil, a.invalidSetting("time-zone", "there is no time zone %s: give an IANA name such as Asia/Shanghai or Europe/Berlin",
			"没有时区 %s：请填写 IANA 名称，如 Asia/Shanghai", competency.Quote(name))
	}
	return zone, nil
}

// zoneName names a zone for people; that of the machine by its present offset.
func zoneName(zone *time.Location) string {
	if zone != time.Local {
		return zone.String()
	}
	return "UTC" + time.Now().In(zone).Format("-07:00")
}
