//! The program itself, from its command line to SIGTERM.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_pems-simulator");

/// Stopped at the end of a test, however it ends.
struct Program {
    child: Child,
    control: String,
}

impl Program {
    fn serve(state_file: &std::path::Path) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--port", "0", "--control-port", "0", "--records", "40", "--latency", "off"])
            .arg("--state-file")
            .arg(state_file)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = log.find_map(|line| line.ok().filter(|line| line.contains("serving"))).unwrap();
        std::thread::spawn(move || log.for_each(drop));
        let control = line.split("control=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Self { child, control }
    }

    fn command(&self, words: &str) -> Output {
        Command::new(PROGRAM).args(words.split(' ')).args(["--control", &self.control]).output().unwrap()
    }

    fn answer(&self, words: &str) -> Value {
        let output = self.command(words);
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    fn terminate(mut self) -> bool {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_person_drives_it_from_the_command_line_and_sigterm_saves_its_records() {
    let folder = tempfile::tempdir().unwrap();
    let state_file = folder.path().join("pems.json");
    let program = Program::serve(&state_file);
    assert_eq!(program.answer("status")["records"]["RIO"], 24);
    assert_eq!(
        program.answer("edit RIO RIO-000001 description=seen --by pems.silva")["modifiedBy"],
        "pems.silva"
    );
    assert_eq!(program.answer("lock RIO RIO-000002"), Value::Null);
    assert_eq!(program.answer("show RIO RIO-000002")["locked"], true);
    program.answer("unlock RIO RIO-000002");
    let id = program.answer("fault add drop-answer --on update,batch --times 2")["id"].clone();
    assert_eq!(program.answer("fault list")[0]["fault"]["effect"]["kind"], "dropAnswer");
    program.answer(&format!("fault clear {id}"));
    assert_eq!(program.answer("fault list"), serde_json::json!([]));
    program.answer("background 0");
    assert_eq!(
        program.answer("journal --pfa-id RIO-000001 --limit 1")[0]["changes"]["description"]["after"],
        "seen"
    );
    program.answer("down");
    assert_eq!(program.answer("status")["up"], false);
    program.answer("up");
    let refused = program.command("edit RIO RIO-000001 monthlyRate=-1");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("BUSINESS_RULE"));
    assert!(program.terminate(), "it ends well");
    assert!(std::fs::read_to_string(&state_file).unwrap().contains("\"seen\""));
}
