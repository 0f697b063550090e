// The contender pgx: `pgx OPTIONS`; see bench/README.md for the contract of its suite.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// jsonValues gathers the values of an option that may be given many times.
type jsonValues []any

func (values *jsonValues) String() string { return fmt.Sprint(*values) }

func (values *jsonValues) Set(text string) error {
	value, err := decoded(text)
	*values = append(*values, value)
	return err
}

// decoded reads JSON; whole numbers become integers, as PostgreSQL has them.
func decoded(text string) (value any, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err = decoder.Decode(&value); err != nil {
		return nil, err
	}
	return numbered(value), nil
}

func numbered(value any) any {
	switch value := value.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		float, _ := value.Float64()
		return float
	case []any:
		for at, each := range value {
			value[at] = numbered(each)
		}
	}
	return value
}

type options struct {
	config      *pgx.ConnConfig
	connections int
	text        string
	args        jsonValues
	// rows are those that a table is filled with; none for a query that reads.
	rows [][]any
}

func readOptions() (options, error) {
	var result options
	host := flag.String("host", "", "or the folder of a Unix socket")
	port := flag.Int("port", 0, "")
	user := flag.String("user", "", "")
	database := flag.String("database", "", "")
	tls := flag.Bool("tls", false, "encrypted, and the certificate not looked at")
	row := flag.String("row", "", "JSON")
	count := flag.Int("count", 0, "of such rows")
	flag.Int("value-bytes", 0, "a large value is read like any other")
	flag.IntVar(&result.connections, "connections", 1, "")
	flag.StringVar(&result.text, "text", "", "SQL")
	flag.Var(&result.args, "arg", "JSON")
	flag.Parse()
	mode := "disable"
	if *tls {
		mode = "require"
	}
	quote := func(text string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
	}
	config, err := pgx.ParseConfig(fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=%s",
		quote(*host), *port, quote(*user), quote(*database), mode))
	if err != nil {
		return result, err
	}
	result.config = config
	if *row != "" {
		value, err := decoded(*row)
		if err != nil {
			return result, err
		}
		for range *count {
			result.rows = append(result.rows, value.([]any))
		}
	}
	return result, nil
}

// client is one connection.
type client struct {
	connection *pgx.Conn
	options    options
}

const statementName = "bench"

var copyText = regexp.MustCompile(`^COPY (\w+)\(([\w, ]+)\) FROM STDIN$`)

func open(ctx context.Context, options options) (*client, error) {
	connection, err := pgx.ConnectConfig(ctx, options.config.Copy())
	if err != nil {
		return nil, err
	}
	if !copyText.MatchString(options.text) {
		_, err = connection.Prepare(ctx, statementName, options.text)
	}
	return &client{connection, options}, err
}

// ask does the task once; every row goes to take, which may be nil.
func (client *client) ask(ctx context.Context, take func(values []any)) (int, error) {
	if len(client.options.rows) == 0 {
		return client.read(ctx, take)
	}
	if target := copyText.FindStringSubmatch(client.options.text); target != nil {
		return client.copy(ctx, target[1], strings.Split(target[2], ", "))
	}
	return client.insert(ctx)
}

func (client *client) read(ctx context.Context, take func(values []any)) (count int, err error) {
	rows, err := client.connection.Query(ctx, statementName, client.options.args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return count, err
		}
		count++
		if take != nil {
			take(values)
		}
	}
	return count, rows.Err()
}

func (client *client) copy(ctx context.Context, table string, columns []string) (int, error) {
	source := pgx.CopyFromRows(client.options.rows)
	count, err := client.connection.CopyFrom(ctx, pgx.Identifier{table}, columns, source)
	return int(count), err
}

func (client *client) insert(ctx context.Context) (int, error) {
	batch := &pgx.Batch{}
	for _, row := range client.options.rows {
		batch.Queue(statementName, row...)
	}
	return batch.Len(), client.connection.SendBatch(ctx, batch).Close()
}

func say(event string, fields map[string]any) {
	fields["event"] = event
	line, err := json.Marshal(fields)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// answer shows what the connection receives.
func (client *client) answer(ctx context.Context) error {
	rows := [][]any{}
	count, err := client.ask(ctx, func(values []any) { rows = append(rows, shown(values).([]any)) })
	if err != nil {
		return err
	}
	fields := map[string]any{"count": count}
	if len(client.options.rows) == 0 {
		description, err := client.connection.Prepare(ctx, statementName, client.options.text)
		if err != nil {
			return err
		}
		columns := []string{}
		for _, field := range description.Fields {
			columns = append(columns, field.Name)
		}
		fields["columns"], fields["rows"] = columns, rows
	}
	say("answered", fields)
	return nil
}

// shownBytes is how many are shown as they are: of more, their number and digest.
const shownBytes = 65536

// shown is a value as every program of the suite says it.
func shown(value any) any {
	switch value := value.(type) {
	case []byte:
		if len(value) > shownBytes {
			return fmt.Sprintf("%d bytes, sha256 %x", len(value), sha256.Sum256(value))
		}
		return map[string]string{"bytes": hex.EncodeToString(value)}
	case []any:
		all := make([]any, len(value))
		for at, each := range value {
			all[at] = shown(each)
		}
		return all
	}
	return value
}

type usage struct{ user, system float64 }

func usageNow() usage {
	var now syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &now); err != nil {
		fail(err)
	}
	seconds := func(time syscall.Timeval) float64 { return float64(time.Sec) + float64(time.Usec)/1e6 }
	return usage{seconds(now.Utime), seconds(now.Stime)}
}

// run asks again and again over each connection, one query at a time, until the time is over.
func run(ctx context.Context, clients []*client, duration time.Duration) {
	var all sync.WaitGroup
	var lock sync.Mutex
	queries, rows := 0, 0
	started, before := time.Now(), usageNow()
	for _, client := range clients {
		all.Add(1)
		go func() {
			defer all.Done()
			ownQueries, ownRows := 0, 0
			for {
				count, err := client.ask(ctx, nil)
				if err != nil {
					fail(err)
				}
				ownQueries, ownRows = ownQueries+1, ownRows+count
				if time.Since(started) >= duration {
					break
				}
			}
			lock.Lock()
			defer lock.Unlock()
			queries, rows = queries+ownQueries, rows+ownRows
		}()
	}
	all.Wait()
	seconds, after := time.Since(started).Seconds(), usageNow()
	user, system := after.user-before.user, after.system-before.system
	say("ran", map[string]any{
		"queries": queries, "rows": rows, "seconds": seconds, "cpuSeconds": user + system, "userSeconds": user,
	})
}

func obey(ctx context.Context, clients []*client, line string) error {
	command, argument, _ := strings.Cut(line, " ")
	switch command {
	case "answer":
		for _, client := range clients {
			if err := client.answer(ctx); err != nil {
				return err
			}
		}
		return nil
	case "run":
		milliseconds, err := strconv.Atoi(argument)
		if err == nil {
			run(ctx, clients, time.Duration(milliseconds)*time.Millisecond)
		}
		return err
	}
	return fmt.Errorf("unknown command: %s", line)
}

func printVersion() {
	version := "?"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/jackc/pgx/v5" {
				version = module.Version
			}
		}
	}
	fmt.Printf("%s, pgx %s\n", runtime.Version(), version)
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		printVersion()
		return
	}
	// One thread runs Go code at a time, as in the other rows.
	runtime.GOMAXPROCS(1)
	options, err := readOptions()
	if err != nil {
		fail(err)
	}
	ctx := context.Background()
	clients := make([]*client, options.connections)
	for at := range clients {
		if clients[at], err = open(ctx, options); err != nil {
			fail(err)
		}
	}
	say("connected", map[string]any{})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if err := obey(ctx, clients, lines.Text()); err != nil {
			fail(err)
		}
	}
	for _, client := range clients {
		client.connection.Close(ctx)
	}
}
