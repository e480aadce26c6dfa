// What the back end costs in an update of the stock CLI: the same saves, once into a folder and once to a server that asks for checkpoints.
// In Go, since what the CLI itself pays for a save (encoding, hashing, packing, its HTTP client and its folder library) is most of it.
// What it does and in which order stands in docs/decisions/0005. The engine's own work, the same for both, is left out.
//
//	stock-cli STATE FOLDER SERVER TOKEN STACK-PATH ROUNDS
//
// It needs Debian's golang-go, golang-gocloud-dev and golang-github-json-iterator-go-dev.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"

	fast "github.com/json-iterator/go" // the CLI has another one that is as fast
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"golang.org/x/crypto/pbkdf2"
)

type resource struct {
	URN                  string                 `json:"urn"`
	Custom               bool                   `json:"custom"`
	Delete               bool                   `json:"delete,omitempty"`
	ID                   string                 `json:"id,omitempty"`
	Type                 string                 `json:"type"`
	Inputs               map[string]interface{} `json:"inputs,omitempty"`
	Outputs              map[string]interface{} `json:"outputs,omitempty"`
	Parent               string                 `json:"parent,omitempty"`
	Dependencies         []string               `json:"dependencies,omitempty"`
	Provider             string                 `json:"provider,omitempty"`
	PropertyDependencies map[string][]string    `json:"propertyDependencies,omitempty"`
	Created              *time.Time             `json:"created,omitempty"`
	Modified             *time.Time             `json:"modified,omitempty"`
	SourcePosition       string                 `json:"sourcePosition,omitempty"`
	StackTrace           []frame                `json:"stackTrace,omitempty"`
}

type frame struct {
	SourcePosition string `json:"sourcePosition,omitempty"`
}

type operation struct {
	Resource resource `json:"resource"`
	Type     string   `json:"type"`
}

type manifest struct {
	Time    time.Time `json:"time"`
	Magic   string    `json:"magic"`
	Version string    `json:"version"`
}

type deployment struct {
	Manifest          manifest        `json:"manifest"`
	SecretsProviders  json.RawMessage `json:"secrets_providers,omitempty"`
	Resources         []resource      `json:"resources,omitempty"`
	PendingOperations []operation     `json:"pending_operations,omitempty"`
	Metadata          struct{}        `json:"metadata"`
}

// A save: so many resources are there, and an operation of this type has begun on the one after them (or on the last of them).
type save struct {
	resources int
	pending   string
}

// While a program runs: begun, done, outputs.
func updating(resources int) []save {
	saves := []save{}
	for i := 0; i < resources; i++ {
		saves = append(saves, save{i, "creating"}, save{i + 1, ""}, save{i + 1, ""})
	}
	return saves
}

// Begun, done.
func refreshing(resources int) []save {
	saves := []save{}
	for i := 0; i < resources; i++ {
		saves = append(saves, save{resources, "refreshing"}, save{resources, ""})
	}
	return saves
}

func destroying(resources int) []save {
	saves := []save{}
	for i := resources; i > 0; i-- {
		saves = append(saves, save{i, "deleting"}, save{i - 1, ""})
	}
	return saves
}

func (s save) of(all deployment) deployment {
	all.Manifest.Time = time.Now()
	if s.pending != "" {
		begun := s.resources - 1
		if s.pending == "creating" {
			begun = s.resources
		}
		all.PendingOperations = []operation{{all.Resources[begun], s.pending}}
	}
	all.Resources = all.Resources[:s.resources]
	return all
}

// The CLI has so much in memory besides. Without it, everything that a save throws away would be collected after a few saves.
const heap = 50 << 20

func main() {
	rest := make([]byte, heap)
	defer runtime.KeepAlive(rest)
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var state struct {
		Deployment deployment `json:"deployment"`
	}
	check(json.Unmarshal(text, &state))
	all := state.Deployment
	rounds, err := strconv.Atoi(os.Args[6])
	check(err)
	count := len(all.Resources)
	for _, kind := range []struct {
		name  string
		saves []save
	}{{"update", updating(count)}, {"refresh", refreshing(count)}, {"destroy", destroying(count)}} {
		var folders, services []float64
		for round := 0; round <= rounds; round++ { // in turns, as the machine is noisy; the first one warms up
			inFolder := folder(os.Args[2], all, kind.saves)
			inService := service(os.Args[3], os.Args[4], os.Args[5], kind.name, all, kind.saves)
			if round > 0 {
				folders, services = append(folders, inFolder), append(services, inService)
			}
		}
		f, s := median(folders), median(services)
		fmt.Printf("  %-8s %d saves: folder %.1f ms, server %.1f ms, %.2f times\n", kind.name, len(kind.saves), f, s, s/f)
	}
	fmt.Printf("  not counted for the folder: %.0f ms for the key from its passphrase\n", passphrase())
}

// passphrase is how long it takes to make the key that a stack in a folder has unless it was given another one, in milliseconds.
func passphrase() float64 {
	start := time.Now()
	pbkdf2.Key([]byte("correct horse battery staple"), make([]byte, 8), 1_000_000, 32, sha256.New)
	return milliseconds(start)
}

// folder is what the CLI does to a folder from locking it to the end, in milliseconds.
func folder(path string, all deployment, saves []save) float64 {
	ctx := context.Background()
	directory, err := os.MkdirTemp(path, "folder-")
	check(err)
	defer os.RemoveAll(directory)
	bucket, err := fileblob.OpenBucket(directory, nil)
	check(err)
	defer bucket.Close()
	const stack, lock = ".pulumi/stacks/app/dev.json", ".pulumi/locks/organization/app/dev/0.json"
	check(bucket.WriteAll(ctx, stack, compact(versioned(saves[0].of(all))), nil))

	start := time.Now()
	for run := 0; run < 2; run++ { // the preview, and the run itself
		list(ctx, bucket, ".pulumi/stacks/app/dev")
		before, err := bucket.ReadAll(ctx, stack)
		check(err)
		var state struct{ Checkpoint struct{ Latest deployment } }
		read(before, &state)
	}
	list(ctx, bucket, ".pulumi/locks/organization/app/dev")
	check(bucket.WriteAll(ctx, lock, []byte(`{"pid":1,"username":"ann","hostname":"h","timestamp":"2026-12-01T00:00:00Z"}`), nil))
	list(ctx, bucket, ".pulumi/locks/organization/app/dev")
	var text []byte
	for _, s := range saves {
		deployment := s.of(all)
		checkpoint := versioned(deployment)
		list(ctx, bucket, ".pulumi/stacks/app/dev") // is it packed?
		text = compact(checkpoint)
		exists, err := bucket.Exists(ctx, stack)
		check(err)
		if exists {
			check(bucket.Copy(ctx, stack+".bak", stack, nil))
		}
		check(bucket.WriteAll(ctx, stack, text, nil))
	}
	history := ".pulumi/history/app/dev/dev-" + strconv.FormatInt(time.Now().UnixNano(), 10)
	check(bucket.WriteAll(ctx, history+".history.json", []byte(`{"kind":"update","result":"succeeded"}`), nil))
	check(bucket.Copy(ctx, history+".checkpoint.json", stack, nil))
	check(bucket.Delete(ctx, lock))
	return milliseconds(start)
}

// versioned is a checkpoint in its envelope, in which the CLI encodes it before it encodes the envelope.
func versioned(d deployment) interface{} {
	return struct {
		Version    int             `json:"version"`
		Checkpoint json.RawMessage `json:"checkpoint"`
	}{3, compact(struct {
		Stack  string     `json:"stack"`
		Latest deployment `json:"latest"`
	}{"organization/app/dev", d})}
}

func compact(value interface{}) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	check(encoder.Encode(value))
	return bytes.TrimSpace(text.Bytes())
}

func list(ctx context.Context, bucket *blob.Bucket, prefix string) {
	all := bucket.List(&blob.ListOptions{Prefix: prefix})
	for {
		if _, err := all.Next(ctx); err == io.EOF {
			return
		} else {
			check(err)
		}
	}
}

// service is what the CLI asks of a server from its first question to the end, in milliseconds.
func service(server, token, path, kind string, all deployment, saves []save) float64 {
	c := &connection{server: server, token: "token " + token}
	c.post("/api/stacks/"+path[:strings.LastIndex(path, "/")], false, map[string]string{"stackName": path[strings.LastIndex(path, "/")+1:]})
	stack := "/api/stacks/" + path
	if len(saves) > 0 && saves[0].resources > 0 {
		base := saves[0].of(all)
		base.PendingOperations = nil
		c.post(stack+"/import", true, map[string]interface{}{"version": 3, "deployment": base})
	}

	start := time.Now()
	cutOff := cutOff(c.get("/api/capabilities"))
	c.get("/api/user/organizations/default")
	c.get(stack)
	c.post(stack+"/encrypt", false, map[string][]byte{"plaintext": make([]byte, 32)})
	preview, lease := c.begin(stack, kind, true)
	lease.post(preview+"/complete", false, map[string]string{"status": "succeeded"})
	update, lease := c.begin(stack, kind, false)

	events := make(chan int, len(saves))
	told := make(chan bool)
	go lease.tell(update, all, events, told)
	patches := &patches{connection: lease, update: update, cutOff: cutOff}
	for _, s := range saves {
		patches.send(s.of(all))
		events <- s.resources
	}
	close(events)
	<-told
	lease.post(update+"/complete", false, map[string]string{"status": "succeeded"})
	took := milliseconds(start)
	c.request("DELETE", stack+"?force=true", false, nil)
	return took
}

// begin creates and starts an update, and reads what it begins with.
func (c *connection) begin(stack, kind string, dryRun bool) (string, *connection) {
	var created struct{ UpdateID string }
	read(c.post(stack+"/"+kind, false, map[string]interface{}{"options": map[string]bool{"dryRun": dryRun}, "config": map[string]string{}}), &created)
	update := stack + "/update/" + created.UpdateID
	var begun struct {
		Token          string
		JournalVersion int
	}
	read(c.post(update, false, map[string]interface{}{"tags": map[string]string{}, "journalVersion": 1}), &begun)
	if begun.JournalVersion != 0 && !dryRun {
		panic("the server asks for journal entries")
	}
	var state struct{ Deployment deployment }
	read(c.get(stack+"/export"), &state)
	c.get(stack)
	return update, &connection{server: c.server, token: "update-token " + begun.Token}
}

// tell sends the events of an update in batches of fifty, beside everything else.
func (c *connection) tell(update string, all deployment, events <-chan int, told chan<- bool) {
	batch := []interface{}{}
	sent := 0
	flush := func() {
		if len(batch) > 0 {
			c.post(update+"/events/batch", true, map[string]interface{}{"events": batch})
			batch = batch[:0]
		}
	}
	for index := range events {
		if index == len(all.Resources) {
			index--
		}
		r := all.Resources[index]
		sent++
		batch = append(batch, map[string]interface{}{
			"sequence":  sent,
			"timestamp": time.Now().Unix(),
			"resourcePreEvent": map[string]interface{}{"metadata": map[string]interface{}{
				"op": "create", "urn": r.URN, "type": r.Type, "provider": r.Provider,
			}},
		})
		if len(batch) == 50 {
			flush()
		}
	}
	flush()
	told <- true
}

// patches are the saves of a run, each of which counts on the one before.
type patches struct {
	*connection
	update   string
	cutOff   int
	sequence int
	last     spans
}

type spans struct {
	text  []byte
	parts []int // where each ends
}

// send sends a whole state while it is small, then what has changed.
func (p *patches) send(d deployment) {
	next := split(d)
	p.sequence++
	if p.last.text == nil || len(p.last.text) < p.cutOff || len(next.text) < p.cutOff {
		p.patch("/checkpointverbatim", map[string]interface{}{
			"version": 3, "untypedDeployment": json.RawMessage(next.text), "sequenceNumber": p.sequence,
		})
	} else {
		hashed := make(chan string)
		go func() {
			hash := sha256.Sum256(next.text)
			hashed <- hex.EncodeToString(hash[:])
		}()
		delta, err := json.Marshal(edits(p.last, next))
		check(err)
		p.patch("/checkpointdelta", map[string]interface{}{
			"version": 3, "checkpointHash": <-hashed, "sequenceNumber": p.sequence, "deploymentDelta": json.RawMessage(delta),
		})
	}
	p.last = next
}

// cutOff is from how many bytes on the server wants to be told only what has changed.
func cutOff(capabilities []byte) int {
	var all struct {
		Capabilities []struct {
			Capability    string
			Configuration struct{ CheckpointCutoffSizeBytes int }
		}
	}
	read(capabilities, &all)
	for _, c := range all.Capabilities {
		if c.Capability == "delta-checkpoint-uploads-v2" {
			return c.Configuration.CheckpointCutoffSizeBytes
		}
	}
	panic("the server takes no deltas")
}

func (p *patches) patch(call string, body interface{}) { p.request("PATCH", p.update+call, true, body) }

// split encodes a state in parts: what is before the resources, each resource, and what is after them.
func split(d deployment) spans {
	var text bytes.Buffer
	parts := []int{}
	encode := func(value interface{}) {
		part, err := fast.ConfigCompatibleWithStandardLibrary.Marshal(value)
		check(err)
		text.Write(part)
	}
	text.WriteString(`{"version":3,"deployment":{"manifest":`)
	encode(d.Manifest)
	text.WriteString(`,"secrets_providers":`)
	check(json.Compact(&text, d.SecretsProviders))
	text.WriteString(`,"metadata":{},"resources":[`)
	for i, r := range d.Resources {
		if i > 0 {
			text.WriteByte(',')
		}
		parts = append(parts, text.Len())
		encode(r)
	}
	parts = append(parts, text.Len())
	text.WriteString("]}}")
	return spans{text.Bytes(), append(parts, text.Len())}
}

func (s spans) part(i int) []byte { return s.text[s.start(i):s.parts[i]] }

func (s spans) start(i int) int {
	if i == 0 {
		return 0
	}
	return s.parts[i-1]
}

type edit struct {
	Span    span
	NewText string
}

type span struct {
	URI   string `json:"uri"`
	Start point  `json:"start"`
	End   point  `json:"end"`
}

type point struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Offset int `json:"offset"`
}

// edits replace the first part, in which the time stands, and the parts between the alike beginnings and ends.
func edits(from, to spans) []edit {
	same := 1
	for same < len(from.parts) && same < len(to.parts) && bytes.Equal(from.part(same), to.part(same)) {
		same++
	}
	alike := 0
	for alike < len(from.parts)-same && alike < len(to.parts)-same && bytes.Equal(from.part(len(from.parts)-1-alike), to.part(len(to.parts)-1-alike)) {
		alike++
	}
	result := []edit{replace(0, from.parts[0], to.part(0))}
	fromEnd, toEnd := len(from.parts)-alike, len(to.parts)-alike
	if same < fromEnd || same < toEnd {
		result = append(result, replace(from.start(same), from.start(fromEnd), to.text[to.start(same):to.start(toEnd)]))
	}
	return result
}

func replace(start, end int, text []byte) edit {
	return edit{span{"", point{1, 1, start}, point{1, 1, end}}, string(text)}
}

type connection struct{ server, token string }

func (c *connection) get(path string) []byte { return c.request("GET", path, false, nil) }

func (c *connection) post(path string, pack bool, body interface{}) []byte {
	return c.request("POST", path, pack, body)
}

func (c *connection) request(method, path string, pack bool, body interface{}) []byte {
	var text []byte
	if body != nil {
		encoded, err := json.Marshal(body)
		check(err)
		text = encoded
	}
	if pack {
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		_, err := writer.Write(text)
		check(err)
		check(writer.Close())
		text = packed.Bytes()
	}
	request, err := http.NewRequest(method, c.server+path, bytes.NewReader(text))
	check(err)
	request.Header.Set("Authorization", c.token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/vnd.pulumi+9")
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("User-Agent", "pulumi-cli/1 (v3.260.0; linux; cmd=up)")
	if pack {
		request.Header.Set("Content-Encoding", "gzip")
	}
	answer, err := http.DefaultClient.Do(request)
	check(err)
	defer answer.Body.Close()
	source := io.Reader(answer.Body)
	if answer.Header.Get("Content-Encoding") == "gzip" {
		source, err = gzip.NewReader(answer.Body)
		check(err)
	}
	result, err := io.ReadAll(source)
	check(err)
	if answer.StatusCode >= 300 {
		panic(fmt.Sprintf("%s %s: %d %s", method, path, answer.StatusCode, result))
	}
	return result
}

func read(text []byte, into interface{}) { check(json.Unmarshal(text, into)) }

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func milliseconds(start time.Time) float64 { return float64(time.Since(start).Microseconds()) / 1000 }

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}
