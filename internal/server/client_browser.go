package server

import (
	"net/http"
	"strings"

	"github.com/zhitu/zhitu/internal/account"
)

// sign is a text by which a User-Agent tells what it is.
type sign struct{ text, name string }

// The signs of browsers and systems. Most browsers also claim to be Chrome and Safari, and
// most systems to be Linux or like a Mac, so the first sign found counts.
var (
	browserSigns = []sign{
		{"DingTalk", "DingTalk"},
		{"Feishu", "Feishu"},
		{"Lark", "Lark"},
		{"wxwork", "WeCom"},
		{"MicroMessenger", "WeChat"},
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser", "Samsung Internet"},
		{"QQBrowser", "QQ Browser"},
		{"UCBrowser", "UC Browser"},
		{"Firefox/", "Firefox"},
		{"FxiOS", "Firefox"},
		{"CriOS", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systemSigns = []sign{
		{"HarmonyOS", "HarmonyOS"},
		{"OpenHarmony", "HarmonyOS"},
		{"Android", "Android"},
		{"iPhone", "iOS"},
		{"iPad", "iPadOS"},
		{"Windows", "Windows"},
		{"CrOS", "ChromeOS"},
		{"Mac OS X", "macOS"},
		{"Linux", "Linux"},
	}
)

// client returns where a request comes from.
func (cfg Config) client(r *http.Request) account.Client {
	return account.Client{Address: clientAddress(r, cfg.Proxies), Browser: browserName(r.UserAgent())}
}

// browserName names the browser and the system of a User-Agent, such as Firefox, Windows, for
// people to tell their sessions apart. It is a claim of the client; empty where it says nothing
// known. Nothing else of the header is kept.
func browserName(userAgent string) string {
	browser, system := firstSign(userAgent, browserSigns), firstSign(userAgent, systemSigns)
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + ", " + system
}

func firstSign(userAgent string, signs []sign) string {
	for _, s := range signs {
		if strings.Contains(userAgent, s.text) {
			return s.name
		}
	}
	return ""
}
