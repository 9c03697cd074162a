//! Passwords that are tried first: those of eight characters and more, in lower case. For refusing the worst, and no
//! more than that: tries at signing in are limited besides.

/// Whether this is one of them; `password` in lower case.
#[must_use]
pub fn is_common(password: &str) -> bool {
    COMMON.split_ascii_whitespace().any(|common| common == password)
}

const COMMON: &str = "
00000000 000000000 0000000000 01234567 0123456789 098765432 0987654321 10203040 1020304050 11111111 111111111
1111111111 11223344 1122334455 12121212 123123123 123321123 12341234 12344321 1234512345 123454321 1234554321
123456123 123456123456 12345678 123456780 123456788 123456789 1234567890 1234567891 12345678910 123456789a 123456789q
12345678a 12345679 1234567a 123456aa 123456abc 123456qwerty 12345qwert 1234abcd 1234qwer 123abc123 123qwe123
123qweasd 123qweasdzxc 13131313 13579246 135792468 147258369 159753456 18181818 19841984 1q2w3e4r 1q2w3e4r5t
1q2w3e4r5t6y 1qa2ws3ed 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 20002000 20202020 20242024 20252025 22222222 24681012 246810121
271828182 2wsx3edc 31415926 314159265 33333333 3edc4rfv 420420420 44444444 5201314520 55555555 66666666 69696969
696969696 741852963 76543210 77777777 789456123 87654321 88888888 88888888a 963852741 987654321 9876543210 99999999
999999999 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 a5201314 aa123456 aa12345678 aaaaaaaa aaaaaaaaa aaaaaaaaaa
abc12345 abc123456 abc123abc abcabcabc abcd1234 abcdefg1 abcdefgh abcdefghi abcdefghij access123 access14 admin123
admin1234 admin12345 admin123456 admin@123 adminadmin administrador administrator alexander alexander1 alexandra
alexandru america1 andrew123 android1 anthony1 anthony123 arsenal1 arsenal123 as123456 asd123456 asd123asd asdf1234
asdfasdf asdfghjk asdfghjkl asdfqwer asdzxc123 ashley123 asshole1 australia azerty12 azerty123 azertyui azertyuiop
babygirl babygirl1 barcelona barcelona1 baseball baseball1 basketball basketball1 batman123 bbbbbbbb beatles1
beautiful beautiful1 benjamin benjamin1 bigdaddy bigdick1 biteme123 blessed1 blink182 blueberry bonjour1 bonjour123
brandon1 budlight bullshit bullshit1 buster12 buster123 butterfly butterfly1 california canada123 change123 changeme
changeme1 changeme123 charlie1 charlie123 cheesecake chelsea1 chelsea123 chevrolet chocolate chocolate1 christ123
christian christian1 christina christopher computer computer1 contrasena contraseña contraseña1 cookie123
correcthorsebatterystaple corvette cristiano daniel123 danielle default1 default123 demo1234 demo12345 demodemo
diamond1 diamond123 dragon12 dragon123 einstein elenchus elenchus1 elenchus123 elizabeth elizabeth1 eminem123
facebook facebook1 faithful ferrari1 flower123 football football1 football123 forever1 foreverlove fortnite friends1
friends123 fuckoff1 fuckyou! fuckyou1 fuckyou123 fuckyou2 fussball gabriel1 gabriella galileo1 gangsta1 gangster
garfield garfield1 ginger123 godisgood goodbye1 google123 greenday guest123 guest1234 guitar123 hallo123 hallo1234
hannah123 happiness harley123 harleydavidson haslo123 heavenly hello-world hello123 hello1234 hello12345 hellohello
hellokitty helloworld hunter12 hunter123 hurricane ilovegod ilovejesus iloveme1 ilovemyself iloveyou iloveyou!
iloveyou1 iloveyou123 iloveyou2 instagram internet internet1 iphone123 ironman123 isabella jasmine1 jennifer
jennifer1 jessica1 jessica123 jesus123 jesus777 jesuschrist jesusislord jonathan jordan123 jordan23 joshua123
juventus katherine kawasaki killer12 killer123 kimberly letmein! letmein1 letmein12 letmein123 lightning linkedin
linkedin1 liverpool liverpool1 lkjhgfdsa login123 login1234 london123 lovelove lovelove1 loveyou1 loveyou2 lozinka1
macintosh maggie123 manager1 manager123 manchester manutd123 marijuana marlboro master12 master123 mastermaster
matthew1 mercedes mercedes1 metallica metallica1 michael1 michael123 michelle michelle1 mickeymouse microsoft
midnight midnight1 minecraft minecraft1 mnbvcxz1 monkey12 monkey123 motdepasse motorola mustang1 mustang123 mylove123
mypassword mypassword1 mysql123 nathan123 newpass123 newpassword newyork1 newyork123 nicholas nintendo nirvana1
nopassword oracle123 p4ssw0rd p@ssw0rd p@ssw0rd1 p@ssw0rd123 p@ssword pa$$w0rd pa$$word pa55w0rd pa55word parola123
passpass passw0rd passw0rd1 passw0rd123 password password! password01 password1 password1! password12 password123
password1234 password12345 password2 password2020 password2021 password2022 password2023 password2024 password2025
password2026 password3 password99 passwort passwort1 passwort123 patricia pepper123 pikachu1 playstation poiuytrewq
pokemon1 pokemon123 porsche911 postgres postgres1 predator princess princess1 princess123 purple123 pussycat
q123456789 q1w2e3r4 q1w2e3r4t5 qaz123456 qazwsx123 qazwsxedc qq123456 qq123456789 qqqqqqqq qwe123456 qwe123qwe
qweasd123 qweasdzxc qwer1234 qwerasdf qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertyu1
qwertyui qwertyuiop qwertyuiop123 realmadrid rebecca1 roblox123 rocknroll rockstar rockstar1 ronaldo123 ronaldo7
root1234 rootroot salasana samantha samantha1 samsung1 samsung123 schalke04 schatz123 scoobydoo scorpion sebastian
secret12 secret123 security security1 senha123 senha1234 server123 sexy1234 sexygirl shadow12 shadow123 sifre123
silver123 slipknot slipknot1 snoopy123 softball spiderman spiderman1 spring123 starwars starwars1 stephanie
strawberry summer12 summer123 summer2020 summer2021 summer2022 summer2023 summer2024 summer2025 sunshine sunshine1
sunshine123 superman superman1 superman123 supersecret support1 support123 suzuki123 sweetheart swimming system123
temp1234 temppass test1234 test12345 test123456 tester123 testing1 testing123 testtest testtest1 thankgod thomas123
thunder1 thunder123 tigger12 tigger123 together toor1234 topsecret trustno1 twitter1 user1234 user12345 username
username1 vanessa1 veronica victoria victoria1 volleyball w123456789 wachtwoord wachtwoord1 welcome1 welcome12
welcome123 welcome1234 welcome2 whatever whatever1 william1 windows1 windows10 winter123 winter2020 winter2021
winter2022 winter2023 winter2024 winter2025 woaini123 woaini1314 woaini520 xbox360x xxxxxxxx yamaha123 youtube1
youtube123 z123456789 zaq12wsx zaq1xsw2 zaq1zaq1 zxc123456 zxcasdqwe zxcvbnm, zxcvbnm1 zxcvbnm123 zxcvzxcv zzzzzzzz
";
