//! inquiryBalance, signed both ways, beside the RSA that no server of this API can do without: one signature verified
//! and one made for each request.

use crate::{
    Failed,
    load::{self, Requests, Seen, read_reply, unix_millis},
    process::{self, Server},
    report::{self, Row},
    seed,
};
use house::{
    fixture::{
        self, Fixtures,
        world_first::{AccountFixture, ClientFixture, CustomerFixture, WorldFirst},
    },
    server_key::{self, Signs},
    world_first::{Contract, Product, client::NewClient, customer::NewCustomer},
};
use ledger::Wallet;
use money::Decimal;
use server::server_keys::kept;
use std::{
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use wire::world_first::{SignatureHeader, SigningKey, VerifyingKey, headers, sign::text_to_sign};

const CLIENT: &str = "5J5Y307NSG0001";
const CUSTOMER: &str = "2188120000000001";
const CURRENCIES: [&str; 4] = ["CNH", "EUR", "JPY", "USD"];
const TARGET: &str = "/amsin/api/v1/business/account/inquiryBalance";
const BODY: &str = r#"{"balanceTypes":["NORMAL_BALANCE"]}"#;
/// About what is signed of a reply with four accounts.
const REPLY_BYTES: usize = 1_024;
/// Requests that are signed beforehand, since signing one costs the load as much as answering it costs the server.
/// Nothing forbids to send one again inside of the time window, which is longer than a run.
const SIGNED: usize = 256;
/// The core of the server and of the bare RSA; the load is on the other.
const CORE: &str = "0";

/// Measures both in turns and prints one table.
pub(crate) async fn run(program: &Path, seconds: u64, rounds: usize, connections: u64) -> Result<(), Failed> {
    let data = tempfile::tempdir()?;
    let client = SigningKey::generate()?;
    let server_key = seed(data.path(), &client).await?;
    let folder = data.path().to_str().ok_or("a folder's name is no text")?;
    let server = Server::start(program, &["serve", "--data", folder, "--listen", "127.0.0.1:0"], CORE)?;
    check(&server, &client, &server_key).await?;
    let (mut bare, mut answered) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let alone = bare_elsewhere(seconds)?;
        let requests = requests(&client)?;
        let before = server.cpu()?;
        let seen = load::run(server.address, &requests, connections, seconds, 0).await?;
        let what = format!("inquiryBalance, SQLite, {} accounts", CURRENCIES.len());
        let row = Row::new(&what, &seen, server.cpu()?.saturating_sub(before));
        // The first round warms caches and connections up.
        if round > 0 {
            bare.push(alone);
            answered.push(row);
        }
    }
    let rows: Vec<Row> = [bare, answered].into_iter().filter_map(report::median).collect();
    report::print(&rows, "bare RSA");
    Ok(())
}

/// Makes a client and its customer with money; yields the public key that the server will sign with.
async fn seed(data: &Path, client: &SigningKey) -> Result<VerifyingKey, Failed> {
    let house = seed::open(data, None).await?;
    let account = |currency: &&str| -> Result<AccountFixture, Failed> {
        Ok(AccountFixture {
            currency: (*currency).to_owned(),
            wallet: Wallet::NormalBalance,
            available: Decimal::parse("1200")?,
            frozen: Decimal::parse("50")?,
        })
    };
    let new = NewCustomer { id: CUSTOMER.to_owned(), name: "Bench".to_owned(), contract: Contract::InForce };
    let accounts = CURRENCIES.iter().map(account).collect::<Result<_, _>>()?;
    let new_client = NewClient {
        client_id: CLIENT.to_owned(),
        customer: Some(CUSTOMER.to_owned()),
        connected: Vec::new(),
        products: vec![Product::Balance],
    };
    let world_first = WorldFirst {
        customers: vec![CustomerFixture { customer: new, accounts }],
        clients: vec![ClientFixture {
            client: new_client,
            keys: vec![(1, client.public().to_der().to_vec())],
        }],
    };
    let fixtures = Fixtures { world_first, ..Fixtures::default() };
    fixture::apply(&house, &fixtures).await.map_err(|abort| format!("{abort:?}"))?;
    let key = SigningKey::generate()?;
    server_key::keep_first(&house, Signs::WorldFirst, &kept(&key)?).await?;
    house.store().close().await;
    Ok(key.public().clone())
}

/// One request, signed now.
fn signed(client: &SigningKey) -> Result<Vec<u8>, Failed> {
    let time = unix_millis()?.to_string();
    let text = text_to_sign("POST", TARGET, CLIENT.as_bytes(), time.as_bytes(), BODY.as_bytes());
    let signature = SignatureHeader::emit(1, &client.sign(&text));
    Ok(format!(
        "POST {TARGET} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json; charset=UTF-8\r\n\
         Content-Length: {}\r\nClient-Id: {CLIENT}\r\nRequest-Time: {time}\r\nSignature: {signature}\r\n\r\n{BODY}",
        BODY.len()
    )
    .into_bytes())
}

fn requests(client: &SigningKey) -> Result<Requests, Failed> {
    let signed: Vec<Vec<u8>> = (0..SIGNED).map(|_| signed(client)).collect::<Result<_, _>>()?;
    let bytes = move |number: u64| Ok(signed[usize::try_from(number)? % SIGNED].clone());
    Ok(Requests { bytes: Arc::new(bytes), success: br#""resultStatus":"S""# })
}

/// Asks once, and verifies that the answer has every account and the server's signature.
async fn check(server: &Server, client: &SigningKey, server_key: &VerifyingKey) -> Result<(), Failed> {
    let mut stream = TcpStream::connect(server.address).await?;
    stream.write_all(&signed(client)?).await?;
    let mut reply = Vec::new();
    read_reply(&mut stream, &mut reply).await?;
    let reply = String::from_utf8(reply)?;
    let (head, body) = reply.split_once("\r\n\r\n").ok_or("a reply without an end of its head")?;
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.ok_or_else(|| format!("no {name} in {reply}"))
    };
    let (time, signature) = (header(headers::RESPONSE_TIME)?, header(headers::SIGNATURE)?);
    let text = text_to_sign("POST", TARGET, CLIENT.as_bytes(), time.as_bytes(), body.as_bytes());
    let is_signed = server_key.verify(&text, &SignatureHeader::parse(signature.as_bytes())?.signature);
    if !is_signed || body.matches("accountNo").count() != CURRENCIES.len() {
        return Err(format!("not what was asked for: {reply}").into());
    }
    Ok(())
}

/// The bare RSA in a process of its own, on the server's core.
fn bare_elsewhere(seconds: u64) -> Result<Row, Failed> {
    let output = Command::new("taskset")
        .args(["-c", CORE])
        .arg(std::env::current_exe()?)
        .args(["bare-rsa", &seconds.to_string()])
        .output()?;
    let told = String::from_utf8(output.stdout)?;
    let numbers: Vec<u64> = told.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let &[requests, took, p50, p99, cpu] = &numbers[..] else {
        return Err(format!("it said {told:?}").into());
    };
    let [took, p50, p99, cpu] = [took, p50, p99, cpu].map(Duration::from_micros);
    Ok(Row::new("verify and sign, 2048 bits", &Seen { requests, took, p50, p99 }, cpu))
}

/// Verifies a request's signature and makes a reply's, over and over; prints how often, in how many microseconds, the
/// median and the 99th percentile of one turn, and the CPU time.
pub(crate) fn bare(seconds: u64) -> Result<(), Failed> {
    let (client, server) = (SigningKey::generate()?, SigningKey::generate()?);
    let asked = text_to_sign("POST", TARGET, CLIENT.as_bytes(), b"1768444200000", BODY.as_bytes());
    let (signature, answer) = (client.sign(&asked), vec![b'x'; REPLY_BYTES]);
    let (started, before) = (Instant::now(), process::cpu(std::process::id())?);
    let mut turns = Vec::with_capacity(1 << 16);
    while started.elapsed() < Duration::from_secs(seconds) {
        let turn = Instant::now();
        if !client.public().verify(&asked, &signature) {
            return Err("a good signature was refused".into());
        }
        std::hint::black_box(server.sign(&answer));
        turns.push(turn.elapsed());
    }
    let (took, cpu) = (started.elapsed(), process::cpu(std::process::id())?.saturating_sub(before));
    turns.sort_unstable();
    let at = |percent: usize| turns[(turns.len() - 1) * percent / 100].as_micros();
    println!("{} {} {} {} {}", turns.len(), took.as_micros(), at(50), at(99), cpu.as_micros());
    Ok(())
}
