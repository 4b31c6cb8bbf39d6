use super::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const SIZE: usize = 8;
const HEADS: usize = 2;
const INNER: usize = 12;
const LAYERS: usize = 2;
const POSITIONS: usize = 16;
const WORDS: [&str; 10] = ["<s>", "<pad>", "</s>", "<unk>", "a", "man", "sees", "the", "sea", "query:"];
const EPSILON: f64 = 1e-5;

/// Tensors by name: shape and numbers.
type Weights = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Numbers that look drawn by lot, between -1/2 and 1/2.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    }

    fn add(&mut self, weights: &mut Weights, name: &str, shape: &[usize]) {
        let numbers = (0..shape.iter().product()).map(|_| self.next()).collect();
        weights.insert(name.to_owned(), (shape.to_vec(), numbers));
    }
}

fn bert(prefix: &str) -> Weights {
    let (mut noise, mut all) = (Noise(7), Weights::new());
    let mut add = |name: &str, shape: &[usize]| noise.add(&mut all, &format!("{prefix}{name}"), shape);
    add("embeddings.word_embeddings.weight", &[WORDS.len(), SIZE]);
    add("embeddings.position_embeddings.weight", &[POSITIONS, SIZE]);
    add("embeddings.token_type_embeddings.weight", &[1, SIZE]);
    let mut norms = vec!["embeddings".to_owned()];
    for n in 0..LAYERS {
        let layer = format!("encoder.layer.{n}");
        for part in ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"] {
            add(&format!("{layer}.{part}.weight"), &[SIZE, SIZE]);
            add(&format!("{layer}.{part}.bias"), &[SIZE]);
        }
        add(&format!("{layer}.intermediate.dense.weight"), &[INNER, SIZE]);
        add(&format!("{layer}.intermediate.dense.bias"), &[INNER]);
        add(&format!("{layer}.output.dense.weight"), &[SIZE, INNER]);
        add(&format!("{layer}.output.dense.bias"), &[SIZE]);
        norms.extend([format!("{layer}.attention.output"), format!("{layer}.output")]);
    }
    for norm in norms {
        add(&format!("{norm}.LayerNorm.weight"), &[SIZE]);
        add(&format!("{norm}.LayerNorm.bias"), &[SIZE]);
    }
    all
}

/// The forward pass once more, number by number, for the tokens of one text.
fn plainly(weights: &Weights, prefix: &str, tokens: &[usize], first_position: usize) -> Vec<Vec<f32>> {
    let get = |name: &str| &weights[&format!("{prefix}{name}")].1;
    let linear = |x: &[f32], name: &str| -> Vec<f32> {
        let (w, b) = (get(&format!("{name}.weight")), get(&format!("{name}.bias")));
        (0..b.len()).map(|o| b[o] + x.iter().zip(&w[o * x.len()..]).map(|(x, w)| x * w).sum::<f32>()).collect()
    };
    let norm = |x: Vec<f32>, name: &str| -> Vec<f32> {
        let (w, b) = (get(&format!("{name}.LayerNorm.weight")), get(&format!("{name}.LayerNorm.bias")));
        let mean = x.iter().sum::<f32>() / x.len() as f32;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / x.len() as f32;
        let scale = 1.0 / (variance + EPSILON as f32).sqrt();
        x.iter().zip(w.iter().zip(b)).map(|(v, (w, b))| (v - mean) * scale * w + b).collect()
    };
    let plus = |a: &[f32], b: &[f32]| -> Vec<f32> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let row = |name: &str, n: usize| &get(name)[n * SIZE..(n + 1) * SIZE];
    let mut x: Vec<Vec<f32>> = tokens
        .iter()
        .enumerate()
        .map(|(n, token)| {
            let word = plus(
                row("embeddings.word_embeddings.weight", *token),
                row("embeddings.token_type_embeddings.weight", 0),
            );
            norm(plus(&word, row("embeddings.position_embeddings.weight", n + first_position)), "embeddings")
        })
        .collect();
    for n in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{n}.{part}");
        let all = |part: &str| x.iter().map(|x| linear(x, &name(part))).collect::<Vec<_>>();
        let (q, k, v) = (all("attention.self.query"), all("attention.self.key"), all("attention.self.value"));
        let each = SIZE / HEADS;
        let attend = |t: usize| -> Vec<f32> {
            let mut out = vec![0.0; SIZE];
            for head in 0..HEADS {
                let part = head * each..(head + 1) * each;
                let dot =
                    |s: usize| q[t][part.clone()].iter().zip(&k[s][part.clone()]).map(|(a, b)| a * b).sum::<f32>();
                let shares: Vec<f32> = (0..x.len()).map(|s| (dot(s) / (each as f32).sqrt()).exp()).collect();
                let sum: f32 = shares.iter().sum();
                for d in part {
                    out[d] = (0..x.len()).map(|s| shares[s] / sum * v[s][d]).sum();
                }
            }
            out
        };
        let attended: Vec<Vec<f32>> = (0..x.len()).map(attend).collect();
        let layer = |(x, a): (&Vec<f32>, &Vec<f32>)| {
            let x = norm(plus(x, &linear(a, &name("attention.output.dense"))), &name("attention.output"));
            let gelu = |v: f32| v * 0.5 * (1.0 + erf(f64::from(v) / 2f64.sqrt()) as f32);
            let inner: Vec<f32> = linear(&x, &name("intermediate.dense")).into_iter().map(gelu).collect();
            norm(plus(&x, &linear(&inner, &name("output.dense"))), &name("output"))
        };
        x = x.iter().zip(&attended).map(layer).collect();
    }
    x
}

/// The error function by its Maclaurin series, which is exact enough for small numbers.
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..60 {
        term *= -x * x / n as f64;
        sum += term / (2 * n + 1) as f64;
    }
    sum * 2.0 / std::f64::consts::PI.sqrt()
}

fn unit(vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    vector.into_iter().map(|v| v / length).collect()
}

fn write_tensors(path: &Path, weights: &Weights) {
    let (mut header, mut numbers) = (serde_json::Map::new(), Vec::new());
    for (name, (shape, values)) in weights {
        let start = numbers.len();
        values.iter().for_each(|v| numbers.extend(v.to_le_bytes()));
        header.insert(name.clone(), json!({"dtype": "F32", "shape": shape, "data_offsets": [start, numbers.len()]}));
    }
    let header = serde_json::to_vec(&header).unwrap();
    let bytes = [&(header.len() as u64).to_le_bytes()[..], &header, &numbers].concat();
    fs::write(path, bytes).unwrap();
}

fn write(path: PathBuf, value: &serde_json::Value) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, value.to_string()).unwrap();
}

fn tokenizer() -> serde_json::Value {
    let vocabulary: BTreeMap<&str, usize> = WORDS.iter().enumerate().map(|(n, w)| (*w, n)).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "WhitespaceSplit"}, "decoder": null,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}}
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}, "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}
            }
        },
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "<unk>"}
    })
}

fn config(kind: &str) -> serde_json::Value {
    json!({
        "model_type": kind, "hidden_act": "gelu", "hidden_size": SIZE, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "layer_norm_eps": EPSILON, "pad_token_id": 1
    })
}

/// A model directory of random weights, removed with the value.
fn directory(kind: &str, weights: &Weights) -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path().join("config.json"), &config(kind));
    write(folder.path().join("tokenizer.json"), &tokenizer());
    write_tensors(&folder.path().join("model.safetensors"), weights);
    folder
}

fn encode(folder: &TempDir, texts: &[&str]) -> Vec<Vec<f32>> {
    let encoder = Encoder::open(folder.path()).unwrap();
    let vectors = encoder.encode(texts).unwrap();
    vectors.chunks(encoder.dimensions()).map(<[f32]>::to_vec).collect()
}

#[track_caller]
fn alike(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2e-5), "{a:?}\n{b:?}");
}

#[test]
fn bert_computes_what_is_written_plainly() {
    let weights = bert("bert.");
    let folder = directory("bert", &weights);
    let tokens = plainly(&weights, "bert.", &[0, 4, 5, 6, 7, 8, 2], 0);
    let mean = (0..SIZE).map(|d| tokens.iter().map(|t| t[d]).sum::<f32>() / 7.0).collect();
    alike(&encode(&folder, &["a man sees the sea"])[0], &unit(mean));
}

#[test]
fn xlm_r_counts_positions_from_after_padding_and_may_end_in_a_dense_layer() {
    let weights = bert("");
    let folder = directory("xlm-roberta", &weights);
    let module = |n: usize, kind: &str| json!({"path": format!("{n}_{kind}"), "type": format!("x.models.{kind}")});
    write(
        folder.path().join("modules.json"),
        &json!([module(0, "Transformer"), module(1, "Pooling"), module(2, "Dense")]),
    );
    let pooling = json!({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false});
    write(folder.path().join("1_Pooling/config.json"), &pooling);
    write(folder.path().join("2_Dense/config.json"), &json!({"activation_function": "torch.nn.Tanh"}));
    let mut dense = Weights::new();
    Noise(3).add(&mut dense, "linear.weight", &[3, SIZE]);
    Noise(5).add(&mut dense, "linear.bias", &[3]);
    write_tensors(&folder.path().join("2_Dense/model.safetensors"), &dense);
    let first = &plainly(&weights, "", &[0, 7, 3, 2], 2)[0];
    let row = |o: usize| first.iter().zip(&dense["linear.weight"].1[o * SIZE..]).map(|(a, b)| a * b).sum::<f32>();
    let expected = (0..3).map(|o| (row(o) + dense["linear.bias"].1[o]).tanh()).collect();
    alike(&encode(&folder, &["the cat"])[0], &unit(expected));
}

#[test]
fn a_vector_does_not_depend_on_its_company() {
    let folder = directory("bert", &bert(""));
    let texts = ["the sea", "", "a man sees the sea", "a man", "sees sees", "the the the", "a man sees the sea"];
    let together = encode(&folder, &texts);
    for (text, vector) in texts.iter().zip(&together) {
        alike(&encode(&folder, &[text])[0], vector);
        assert!((vector.iter().map(|v| v * v).sum::<f32>() - 1.0).abs() < 1e-5);
    }
    let many: Vec<&str> = texts.iter().copied().cycle().take(2000).collect();
    assert!(encode(&folder, &many).iter().zip(together.iter().cycle()).all(|(a, b)| a == b));
    assert!(encode(&folder, &[]).is_empty());
}

#[test]
fn a_long_text_is_cut_where_positions_end_or_the_directory_says() {
    let folder = directory("bert", &bert(""));
    let long = "the sea ".repeat(5000);
    alike(
        &encode(&folder, &[&long])[0],
        &encode(&folder, &["the sea the sea the sea the sea the sea the sea the sea"])[0],
    );
    write(folder.path().join("sentence_bert_config.json"), &json!({"max_seq_length": 4}));
    alike(&encode(&folder, &[&long])[0], &encode(&folder, &["the sea"])[0]);
}

#[test]
fn the_directory_says_what_is_put_before_a_text() {
    let folder = directory("bert", &bert(""));
    let expected = encode(&folder, &["query: the sea"]);
    let bare = encode(&folder, &["the sea"]);
    let file = folder.path().join("config_sentence_transformers.json");
    let prompts = json!({"query": "query: ", "passage": "passage: "});
    write(file.clone(), &json!({"prompts": prompts, "default_prompt_name": null}));
    assert_eq!(encode(&folder, &["the sea"]), bare);
    write(file, &json!({"prompts": prompts, "default_prompt_name": "query"}));
    assert_eq!(encode(&folder, &["the sea"]), expected);
}

#[test]
fn a_model_named_e5_gets_its_prompt() {
    let folder = directory("bert", &bert(""));
    let expected = encode(&folder, &["query: the sea"]);
    let mut named = config("bert");
    named["_name_or_path"] = json!("intfloat/multilingual-e5-small");
    write(folder.path().join("config.json"), &named);
    assert_eq!(encode(&folder, &["the sea"]), expected);
}

#[test]
fn a_table_gives_the_mean_of_its_known_tokens() {
    let mut weights = Weights::new();
    Noise(1).add(&mut weights, "embeddings", &[WORDS.len(), 4]);
    let folder = TempDir::new().unwrap();
    write(folder.path().join("config.json"), &json!({"model_type": "model2vec", "normalize": true}));
    write(folder.path().join("tokenizer.json"), &tokenizer());
    let file = folder.path().join("model.safetensors");
    write_tensors(&file, &weights);
    let row = |n: usize| &weights["embeddings"].1[n * 4..(n + 1) * 4];
    let mean = |a: &[f32], b: &[f32]| unit(a.iter().zip(b).map(|(a, b)| a + b).collect());
    alike(&encode(&folder, &["the unheard-of sea"])[0], &mean(row(7), row(8)));
    assert_eq!(encode(&folder, &["", "unheard-of"]), [[0.0; 4], [0.0; 4]]);
    // Weights, and rows that several tokens share.
    let mut shared = weights.clone();
    shared.insert("weights".to_owned(), (vec![WORDS.len()], (0..WORDS.len()).map(|n| n as f32).collect()));
    write_tensors(&file, &shared);
    let scaled = |n: usize| row(n).iter().map(|v| v * n as f32).collect::<Vec<f32>>();
    alike(&encode(&folder, &["the sea"])[0], &mean(&scaled(7), &scaled(8)));
}

#[test]
fn what_is_wrong_with_a_directory_is_said() {
    let check = |damage: &dyn Fn(&Path), expected: &str| {
        let folder = directory("bert", &bert(""));
        damage(folder.path());
        let opened = Encoder::open(folder.path());
        let error = opened.and_then(|e| e.encode(&["the sea"])).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let remove = |name: &'static str| move |folder: &Path| fs::remove_file(folder.join(name)).unwrap();
    let change = |key: &'static str, value: serde_json::Value| {
        move |folder: &Path| {
            let mut config = config("bert");
            config[key] = value.clone();
            write(folder.join("config.json"), &config);
        }
    };
    let weights = |change: &'static dyn Fn(&mut Weights)| {
        move |folder: &Path| {
            let mut weights = bert("");
            change(&mut weights);
            write_tensors(&folder.join("model.safetensors"), &weights);
        }
    };
    check(&|folder| fs::remove_dir_all(folder).unwrap(), "no such directory");
    check(&remove("config.json"), "config.json: No such file");
    check(&remove("tokenizer.json"), "tokenizer.json: No such file");
    check(&remove("model.safetensors"), "model.safetensors: No such file");
    check(&|folder| fs::write(folder.join("config.json"), "{").unwrap(), "config.json: EOF");
    check(&|folder| fs::write(folder.join("tokenizer.json"), "{}").unwrap(), "tokenizer.json: ");
    check(&change("model_type", json!("t5")), "model_type \"t5\" is not known");
    check(&change("hidden_act", json!("silu")), "hidden_act \"silu\" is not known");
    check(&change("position_embedding_type", json!("relative_key")), "position_embedding_type");
    check(&change("num_attention_heads", json!(3)), "no transformer");
    check(&change("hidden_size", json!(16)), "has the shape [10, 8], not [10, 16]");
    check(&change("num_hidden_layers", json!(3)), "no tensor encoder.layer.2.attention.self.query.weight");
    check(
        &|folder| write(folder.join("1_Pooling/config.json"), &json!({"pooling_mode_max_tokens": true})),
        "the pooling pooling_mode_max_tokens is not known",
    );
    check(
        &|folder| write(folder.join("modules.json"), &json!([{"path": "1", "type": "a.WeightedLayerPooling"}])),
        "the module WeightedLayerPooling is not known",
    );
    check(
        &weights(&|w| {
            Noise(1).add(w, "embeddings.word_embeddings.weight", &[9, SIZE]);
        }),
        "it knows 10 tokens, model.safetensors only 9",
    );
    check(&weights(&|w| w.get_mut("encoder.layer.0.output.dense.bias").unwrap().1[0] = f32::NAN), "not finite");
    for length in [0, 5, 100, 5000] {
        check(
            &|folder| {
                let path = folder.join("model.safetensors");
                let bytes = fs::read(&path).unwrap();
                fs::write(&path, &bytes[..length]).unwrap();
            },
            "model.safetensors: ",
        );
    }
}

/// KORPU_MODEL names a directory of a multilingual encoder (`languages/tools/model_directory.py` makes one).
#[test]
fn a_real_encoder_finds_translations() {
    let Some(directory) = std::env::var_os("KORPU_MODEL") else { return };
    let encoder = Encoder::open(Path::new(&directory)).unwrap();
    let az = ["Nazir Tehranda danışıqlar aparıb.", "Bankın gəliri artıb.", "Kənddə yeni məktəb tikilib."];
    let en =
        ["A new school was built in the village.", "The minister held talks in Tehran.", "The bank's income rose."];
    let (az, en) = (encoder.encode(&az).unwrap(), encoder.encode(&en).unwrap());
    let size = encoder.dimensions();
    let nearest = |vector: &[f32]| {
        let cosine = |other: &[f32]| vector.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
        let cosines: Vec<f32> = en.chunks(size).map(cosine).collect();
        (0..3).max_by(|a, b| cosines[*a].total_cmp(&cosines[*b])).unwrap()
    };
    assert_eq!(az.chunks(size).map(nearest).collect::<Vec<_>>(), [1, 2, 0]);
}
