package governance

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/zhitu/zhitu/internal/fault"
)

// Sign makes the plan one of a store.
func (p *Plan) Sign(of Identity) error {
	p.Store, p.MAC = of.ID, ""
	mac, err := p.mac(of.Key)
	p.MAC = mac
	return err
}

// CheckSignature refuses a plan that is of another store, and one that was altered.
func (p *Plan) CheckSignature(of Identity) error {
	if p.Store == "" || p.Store != of.ID { // without an identity nothing is signed
		return fault.New(fault.InvalidArgument, "the plan is of another store: make it again with this one", "该计划属于另一个存储：请用当前存储重新生成计划")
	}
	want, err := p.mac(of.Key)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(want), []byte(p.MAC)) {
		return fault.New(fault.InvalidArgument, "the plan was altered since it was made: edit the files and make it again", "计划在生成后被改动：请修改原文件并重新生成计划")
	}
	return nil
}

// mac returns the HMAC of the plan without its own.
func (p *Plan) mac(key []byte) (string, error) {
	unsigned := *p
	unsigned.MAC = ""
	text, err := json.Marshal(&unsigned)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// ReadPlan reads the JSON of a plan.
func ReadPlan(data []byte) (*Plan, error) {
	var head struct {
		Format int `json:"format"`
	}
	notPlan := func(err error) error {
		return fault.Wrap(err, fault.InvalidArgument, "this is not a plan: give a file that `zhitu plan --out` has written", "这不是计划文件：请提供由 zhitu plan --out 写出的文件")
	}
	if err := json.Unmarshal(data, &head); err != nil || head.Format == 0 {
		return nil, notPlan(err)
	}
	if head.Format != PlanFormat {
		return nil, fault.New(fault.InvalidArgument, "the plan was written by another version of zhitu: make it again with this one", "该计划由其他版本的 zhitu 写出：请用当前版本重新生成计划")
	}
	p := &Plan{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil {
		return nil, notPlan(err)
	}
	return p, nil
}
