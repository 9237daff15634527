// SPDX-License-Identifier: GPL-3.0-or-later
// DuckDB's answers to the questions of kql_bench.cpp over the same rows: node duckdb.js THREADS ROWS
// One JSON object a line: question, best milliseconds of several rounds, rows. Ends with 3 without
// @duckdb/node-api, which is looked for from the working directory and in NODE_PATH.
'use strict';
const path = require('path');
let duckdb;
try {
    const places = [process.cwd(), ...(process.env.NODE_PATH || '').split(path.delimiter).filter(Boolean)];
    duckdb = require(require.resolve('@duckdb/node-api', {paths: places}));
} catch {
    process.exit(3);
}

const threads = process.argv[2];
const rows = Number(process.argv[3]);
const hash = k => `((((i + ${k}) * 2654435761) % 4294967296) // 256)`;
const table = `create table t as select
    timestamp '2026-10-21' + to_microseconds((i * ${Math.floor(2592000000000 / rows)})::bigint) as ts,
    'service-' || (${hash(0)} % 40) as service,
    ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small'][1 + (${hash(7)} % 3)::int] as model,
    (${hash(1)} % 5000)::bigint as prompt, (${hash(2)} % 900)::bigint as completion,
    (${hash(3)} % 10000) / 3.0 as latency, case when ${hash(5)} % 50 = 0 then 429 else 200 end as status
    from range(${rows}) r(i)`;
const questions = {
    tokens_by_hour_service: `select service, date_trunc('hour', ts) as h, sum(prompt + completion) as tokens
        from t group by all order by h, service`,
    p95_by_service: `select service, quantile_cont(latency, 0.95) as p95,
        count(*) filter (where status = 429) as throttled from t group by service order by service`,
    filter_and_sum: `select model, count(*) as n, sum(prompt) as prompt, sum(completion) as completion
        from t where service in ('service-3', 'service-9') and ts > timestamp '2026-11-10'
        group by model order by model`,
};
// A moment as the engine writes it.
const plain = value =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d /.test(value) ? value.replace(' ', 'T') + 'Z' : value;

(async () => {
    const instance = await duckdb.DuckDBInstance.create(':memory:', {threads});
    const connection = await instance.connect();
    await connection.run(table);
    for (const [question, text] of Object.entries(questions)) {
        let best = Infinity;
        let answer = [];
        for (let round = 0; round < 5; ++round) {
            const start = performance.now();
            const reader = await connection.runAndReadAll(text);
            best = Math.min(best, performance.now() - start);
            answer = reader.getRowsJson();
        }
        console.log(JSON.stringify({question, milliseconds: best, rows: answer.map(row => row.map(plain))}));
    }
})();
